import { PrismaClient } from '@prisma/client';
import { useLoaderData } from '@remix-run/react';

const db = new PrismaClient();

export const loader = async () => ({ crew: await db.sailor.count() });

export default function Index() {
  return <h1>Crew of {useLoaderData().crew}</h1>;
}

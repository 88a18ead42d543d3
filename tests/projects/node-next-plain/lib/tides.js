if (!process.env.TIDES_URL) {
  throw new Error('TIDES_URL is missing');
}

export const tides = 'high at noon';

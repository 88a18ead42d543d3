export const title = (name) => `Acme: ${name}`;

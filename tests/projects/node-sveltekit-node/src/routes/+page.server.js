import { SIGNAL } from '$env/static/private';

export const load = () => ({ signal: SIGNAL || 'none' });

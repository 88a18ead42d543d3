export function height(hour: number): number;

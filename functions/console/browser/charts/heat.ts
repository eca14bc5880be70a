export const HEAT_STEPS = 5

/** 0 for none, else 1 to 5 by the share of the row's own highest: a group of ten may be as regular as one of thousands. */
export function heatOf(value: number, most: number): number {
  return value === 0 ? 0 : Math.max(1, Math.ceil((value / most) * HEAT_STEPS))
}

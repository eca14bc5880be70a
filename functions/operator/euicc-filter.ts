/** Which eUICCs are meant: as the API takes and shows it, and as the fleet index does. */
import type * as z from 'zod/mini'
import type { EuiccFilter as FleetFilter } from '../fleet/index.ts'
import type { EuiccFilter } from './schemas.ts'

type AskedFilter = z.output<typeof EuiccFilter> & { readonly search?: string | undefined }

const msOrUndefined = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text))
const instantOrUndefined = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString()

/** The health of a device is that of `now`, for as long as the filter is kept. */
export function readFilter(
  { health, lastSeenBefore, lastSeenAfter, ...rest }: AskedFilter,
  now: number,
): FleetFilter {
  return {
    ...rest,
    health: health && { is: health, at: now },
    lastSeenBefore: msOrUndefined(lastSeenBefore),
    lastSeenAfter: msOrUndefined(lastSeenAfter),
  }
}

/** What was left out stays so. */
export function showFilter({ health, lastSeenBefore, lastSeenAfter, ...rest }: FleetFilter): AskedFilter {
  const shown = {
    ...rest,
    health: health?.is,
    lastSeenBefore: instantOrUndefined(lastSeenBefore),
    lastSeenAfter: instantOrUndefined(lastSeenAfter),
  }
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined))
}

/** What happened to an eUICC, sorted into lanes: what a person looks for together stands together. */
import type { TimelineEntry } from '../../api/euiccs.ts'
import type { Tone } from '../../parts/badge.tsx'

export const LANES = ['contacts', 'operations', 'profiles', 'notifications', 'trust'] as const
export type Lane = (typeof LANES)[number]

export interface Mark {
  readonly id: number
  readonly at: number
  readonly lane: Lane
  readonly tone: Tone
  readonly event: string
  /** What it was about, in a few words. */
  readonly detail: string
  readonly operation: string | null
}

const LANE_OF_KIND: Readonly<Record<string, Lane>> = {
  operation: 'operations',
  package: 'operations',
  queue: 'operations',
  profile: 'profiles',
  profiles: 'profiles',
  state: 'profiles',
  notification: 'notifications',
  result: 'trust',
  transport: 'trust',
  evidence: 'trust',
  certificate: 'trust',
  counter: 'trust',
}

/** `operation.succeeded` is of the kind `operation`. */
export function laneOf(event: string): Lane {
  return LANE_OF_KIND[event.split('.')[0] ?? ''] ?? 'contacts'
}

const TONES: readonly (readonly [RegExp, Tone])[] = [
  [/succeeded|verified$|bound/, 'good'],
  [/unverified|failed|refused|error|undecodable/, 'bad'],
  [/expired|late|fallback|lost/, 'warn'],
  [/delivered|executed|queued/, 'busy'],
]

export function toneOf(event: string): Tone {
  if (event.endsWith('unverified')) return 'bad'
  return TONES.find(([pattern]) => pattern.test(event))?.[1] ?? 'idle'
}

export function markOf({ id, at, event, detail }: TimelineEntry): Mark {
  const operation =
    typeof detail.operation === 'string' && detail.operation.startsWith('op_') ? detail.operation : null
  return {
    id,
    at: Date.parse(at),
    lane: laneOf(event),
    tone: toneOf(event),
    event,
    detail: wordsOf(detail, operation),
    operation,
  }
}

function wordsOf(detail: TimelineEntry['detail'], operation: string | null): string {
  const { reason, ...rest } = detail
  const why =
    typeof reason === 'object' && reason !== null && 'detail' in reason ? String(reason.detail) : null
  const others = Object.entries(rest)
    .filter(([, value]) => value !== null && value !== operation && typeof value !== 'object')
    .map(([name, value]) => (typeof value === 'string' ? value : `${name} ${String(value)}`))
  return [...others, ...(why === null ? [] : [why])].join(' · ')
}

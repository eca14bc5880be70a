/** What happened to an eUICC, sorted into lanes: what a person looks for together stands together. */
import type { TimelineEntry } from '../../api/euiccs.ts'
import type { Tone } from '../../parts/badge.tsx'

export const LANES = ['operations', 'profiles', 'notifications', 'trust', 'life'] as const
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
  download: 'operations',
  notification: 'notifications',
  result: 'trust',
  transport: 'trust',
  certificates: 'trust',
  key: 'trust',
  eim: 'trust',
}

/** What an operation changes in the profiles is told where one looks for profiles. */
export function laneOf(event: string, detail: TimelineEntry['detail']): Lane {
  if (event === 'euicc.state_changed') return 'profiles'
  const changesProfiles = /^(profile\.(enable|disable|delete|download)|fallback\.)/.test(String(detail.type))
  if (event === 'operation.succeeded' && changesProfiles) return 'profiles'
  return LANE_OF_KIND[event.split('.')[0] ?? ''] ?? 'life'
}

const TONES: readonly (readonly [RegExp, Tone])[] = [
  [/unverified|failed|refused|error|undecodable/, 'bad'],
  [/succeeded|verified|bound|added/, 'good'],
  [/expired|late|rolled_back|state_changed|removed/, 'warn'],
  [/delivered|executed|queued|received/, 'busy'],
]

export function toneOf(event: string): Tone {
  return TONES.find(([pattern]) => pattern.test(event))?.[1] ?? 'idle'
}

export function markOf({ id, at, event, detail }: TimelineEntry): Mark {
  const { operation } = detail
  const isLinked = typeof operation === 'string' && operation.startsWith('op_')
  return {
    id,
    at: Date.parse(at),
    lane: laneOf(event, detail),
    tone: toneOf(event),
    event,
    detail: wordsOf(detail),
    operation: isLinked ? operation : null,
  }
}

/** Ids of operations are links, not words. */
function wordsOf({ reason, ...rest }: TimelineEntry['detail']): string {
  const why =
    typeof reason === 'object' && reason !== null && 'detail' in reason ? [String(reason.detail)] : []
  const others = Object.entries(rest)
    .filter(([, value]) => value !== null && typeof value !== 'object' && !String(value).startsWith('op_'))
    .map(([name, value]) => (typeof value === 'string' ? value : `${name} ${String(value)}`))
  return [...others, ...why].join(' · ')
}

import {
  findRebuild,
  type HistoryStep,
  lastDrift,
  type Rebuild,
  readHistory,
  STEP_MS,
  startRebuild,
  summarizeFleet,
} from '../../fleet/index.ts'
import { HistoryQuery } from '../fleet-schemas.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'

const DAY_MS = 86_400_000
const USUAL_SPAN_MS: Readonly<Record<HistoryStep, number>> = { hour: DAY_MS, day: 30 * DAY_MS }
/** 90 days hour by hour, or a day hour by hour of 400 groups. */
const MOST_STEPS = 10_000

export const fleetRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/fleet/summary',
    operationId: 'getFleetSummary',
    summary: 'The fleet in numbers',
    description:
      'eUICCs that are not retired, by health, profile, group and label (groups and labels: the 100 most frequent), and the operations that somebody asked for. Health compares the last contact with `expectedPollSeconds`, or a day where that is not set: `seen` within one and a half of it, `late` after that, `silent` after three, `never` without any contact. `last24h` and `failures` cover the last 24 whole hours and the present one.',
    tag: 'Fleet',
    access: 'euiccs:read',
    success: { status: 200, description: 'The numbers, about a second behind' },
    examples: [{ summary: 'Now' }],
    async handle({ environment, tenant, now }) {
      return { json: await summarizeFleet(environment.FLEET, tenant, now) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/fleet/history',
    operationId: 'getFleetHistory',
    summary: 'What happened to the fleet, hour by hour or day by day',
    description:
      'Oldest first, kept for 90 days; a step in which nothing happened is left out. `seen` counts wake-ups: contacts of a device within five minutes are one, and a poll that finds nothing is not written down. Operations are those that somebody asked for, in the hour in which they ended.',
    tag: 'Fleet',
    access: 'euiccs:read',
    query: HistoryQuery,
    success: { status: 200, description: 'The steps' },
    examples: [
      { summary: 'The last 24 hours', query: {} },
      { summary: 'Groups, day by day', query: { step: 'day', by: 'group' } },
    ],
    async handle({ environment, tenant, query: { step, by, ...span }, now }) {
      const to = span.to === undefined ? now : Date.parse(span.to)
      const from = span.from === undefined ? to - USUAL_SPAN_MS[step] : Date.parse(span.from)
      const query = { from: from - (from % STEP_MS[step]), to, step, byGroup: by === 'group' }
      const steps = await readHistory(environment.FLEET, tenant, query, MOST_STEPS + 1)
      if (steps.length > MOST_STEPS) {
        throw new Problem(
          'content-too-large',
          `more than ${MOST_STEPS} steps: ask for less time, or for days`,
        )
      }
      return {
        json: { step, data: steps.map(({ at, ...rest }) => ({ at: new Date(at).toISOString(), ...rest })) },
      }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/fleet/rebuild',
    operationId: 'rebuildFleetIndex',
    summary: 'Make the index of the fleet anew from the eUICCs themselves',
    description:
      'Goes through all eUICCs piece by piece, asks each for what it knows, and mends what lists show of it. Nothing that happens meanwhile is lost. One that is going on is begun anew.',
    tag: 'Fleet',
    access: 'keys:write',
    success: { status: 202, description: 'It has begun' },
    examples: [{ summary: 'Begin' }],
    async handle({ environment, tenant, now }) {
      return { json: progress(await startRebuild(environment, tenant, now)) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/fleet/rebuild',
    operationId: 'getFleetRebuild',
    summary: 'How far the last rebuilding of the index has come',
    tag: 'Fleet',
    access: 'euiccs:read',
    success: { status: 200, description: 'The progress; null when there was none' },
    examples: [{ summary: 'Now' }],
    async handle({ environment, tenant }) {
      const rebuild = await findRebuild(environment.FLEET, tenant)
      return { json: { rebuild: rebuild && progress(rebuild) } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/fleet/drift',
    operationId: 'getFleetDrift',
    summary: 'What the last daily sample found: eUICCs of which the index said something wrong',
    description:
      'Each night the next twenty eUICCs of a tenant are compared with what lists show of them; what differs is mended.',
    tag: 'Fleet',
    access: 'euiccs:read',
    success: { status: 200, description: 'The sample; null before the first' },
    examples: [{ summary: 'The last' }],
    async handle({ environment, tenant }) {
      const drift = await lastDrift(environment.FLEET, tenant)
      return { json: { sample: drift && { ...drift, checkedAt: new Date(drift.checkedAt).toISOString() } } }
    },
  }),
]

function progress({ startedAt, endedAt, ...counts }: Rebuild) {
  return {
    ...counts,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  }
}

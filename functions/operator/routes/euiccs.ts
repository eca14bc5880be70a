import type { Enrolment, EuiccView } from '../../euicc/euicc-interface.ts'
import { euiccOf } from '../../euicc/euicc-stub.ts'
import {
  countEuiccs,
  type EnrolledEuicc,
  findEuicc,
  insertEuiccs,
  listEuiccs,
  MOST_ENROLLED,
  retireEuicc,
  updateEuicc,
} from '../../fleet/index.ts'
import { eimIdFor } from '../eim-id-choice.ts'
import { checkMatch, etagOf, IF_MATCH } from '../etag.ts'
import { askEuicc, eidIn } from '../euicc-access.ts'
import { readFilter } from '../euicc-filter.ts'
import { notFound, Problem } from '../problem.ts'
import { type Call, route } from '../route.ts'
import { EuiccChange, EuiccsQuery, ForceQuery, NewEuiccs } from '../schemas.ts'

const EXAMPLE_EID = '89049032000000000000000000000163'

function summary(euicc: EnrolledEuicc) {
  const {
    eid,
    eimId,
    labels,
    group,
    expectedPollSeconds,
    timeZone,
    enrolledAt,
    lastSeenAt,
    retiredAt,
    profiles,
  } = euicc
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    eid,
    eimId,
    labels,
    group,
    expectedPollSeconds,
    timeZone,
    enrolledAt: instant(enrolledAt),
    lastSeenAt: instant(lastSeenAt),
    retiredAt: instant(retiredAt),
    profiles,
  }
}

/** What If-Match protects: what an operator sets, not what a device tells. */
function versionOf({
  eimId,
  labels,
  group,
  expectedPollSeconds,
  timeZone,
  retiredAt,
}: Omit<ReturnType<typeof summary>, 'profiles'> | EuiccView) {
  return JSON.stringify([eimId, labels, group, expectedPollSeconds, timeZone, retiredAt])
}

async function detailOf(call: Call<unknown, unknown>, eid: string) {
  const index = await findEuicc(call.environment.FLEET, call.tenant, eid)
  if (!index) throw notFound(`the eUICC ${eid}`)
  const view = await euiccOf(call.environment.EUICC, call.tenant, eid).view()
  const { profiles: _listed, ...settings } = summary(index)
  const { labels, group } = settings
  return view
    ? // These are changed for many at once, without their objects.
      { ...view, labels, group }
    : {
        ...settings,
        facts: {},
        certificates: null,
        openOperations: 0,
        updatedAt: new Date(index.enrolledAt).toISOString(),
        nextExpectedAt: null,
      }
}

export const euiccRoutes = [
  route({
    method: 'POST',
    path: '/v1/euiccs',
    operationId: 'enrolEuiccs',
    summary: `Enrol one eUICC, or up to ${MOST_ENROLLED}`,
    description: 'Enrolling again changes nothing. For more at once see POST /v1/imports.',
    tag: 'eUICCs',
    access: 'euiccs:write',
    body: NewEuiccs,
    idempotent: true,
    success: { status: 201, description: 'The eUICC, or a result for each' },
    examples: [
      { summary: 'One', body: { eid: EXAMPLE_EID, labels: { site: 'Oslo' }, group: 'meters' } },
      {
        summary: 'Several',
        body: { euiccs: [{ eid: EXAMPLE_EID }, { eid: '89049032000000000000000000000260' }] },
      },
    ],
    async handle(call) {
      const { environment, tenant, body, now } = call
      const chooseEimId = await eimIdFor(call)
      const many = 'euiccs' in body
      const wanted = many ? body.euiccs : [body]
      const enrolments = wanted.map(
        (
          { eid, eimId, labels = {}, group = null, expectedPollSeconds = null, timeZone = null },
          index,
        ): Enrolment => ({
          tenant,
          eid,
          eimId: chooseEimId(eimId, many ? `/euiccs/${index}/eimId` : '/eimId'),
          labels,
          group,
          expectedPollSeconds,
          timeZone,
        }),
      )
      const created = await insertEuiccs(environment.FLEET, enrolments, now)
      if (many) {
        const data = enrolments.map(({ eid }) => ({
          eid,
          status: created.has(eid) ? 'enrolled' : 'existing',
        }))
        return { status: 200, json: { data } }
      }
      const euicc = await findEuicc(environment.FLEET, tenant, enrolments[0]?.eid ?? '')
      if (!euicc) throw new Problem('unavailable', 'the fleet index did not answer')
      return {
        status: created.has(euicc.eid) ? 201 : 200,
        json: summary(euicc),
        headers: { Location: `/v1/euiccs/${euicc.eid}` },
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs',
    operationId: 'listEuiccs',
    summary: 'The eUICCs of the tenant',
    description:
      'Those that meet all that is asked; by EID, or, when only `health`, `lastSeenBefore`, `lastSeenAfter` or these with `profileState` are asked for, by last contact, the longest ago first. `search` is for finding one: of what begins with the text, the first 1000 EIDs, ICCIDs, groups and labels are looked at.',
    tag: 'eUICCs',
    access: 'euiccs:read',
    query: EuiccsQuery,
    success: { status: 200, description: 'A page of eUICCs' },
    examples: [
      { summary: 'A group', query: { group: 'meters', limit: '50' } },
      {
        summary: 'By label, silent since',
        query: { label: 'site:Oslo', lastSeenBefore: '2026-12-01T00:00:00Z' },
      },
      { summary: 'Those that have fallen silent', query: { health: 'silent' } },
      { summary: 'What begins with the text', query: { search: '8904903200' } },
      { summary: 'Profiles of an operator', query: { serviceProviderName: 'Alfa', profileState: 'enabled' } },
    ],
    async handle({ environment, tenant, query, now }) {
      const { limit, cursor, count, ...rest } = query
      const filter = readFilter(rest, now)
      const { euiccs, next } = await listEuiccs(environment.FLEET, tenant, filter, limit, cursor ?? null)
      const estimate = count && { count: await countEuiccs(environment.FLEET, tenant, filter) }
      return { json: { data: euiccs.map(summary), nextCursor: next, ...estimate } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}',
    operationId: 'getEuicc',
    summary: 'One eUICC: what is set, what it told, who signs for it',
    tag: 'eUICCs',
    access: 'euiccs:read',
    success: { status: 200, description: 'The eUICC' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const detail = await detailOf(call, eidIn(call))
      return { json: detail, headers: { ETag: await etagOf(versionOf(detail)) } }
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/euiccs/{eid}',
    operationId: 'updateEuicc',
    summary: 'Change labels, group, expected poll interval, time zone or eIM identity',
    description:
      'Needs If-Match with the ETag of the last GET. Members left out stay; labels are replaced as a whole.',
    tag: 'eUICCs',
    access: 'euiccs:write',
    body: EuiccChange,
    requestHeaders: IF_MATCH,
    success: { status: 200, description: 'The eUICC as it is now' },
    examples: [{ summary: 'Another group', body: { group: 'gateways', expectedPollSeconds: 86400 } }],
    async handle(call) {
      const { environment, tenant, body } = call
      const eid = eidIn(call)
      const { labels, group, ...before } = await detailOf(call, eid)
      await checkMatch(call.request, versionOf({ ...before, labels, group }))
      if (body.eimId !== undefined) (await eimIdFor(call))(body.eimId, '/eimId')
      const changes = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const view = await askEuicc(call, eid, (euicc) => euicc.update({ labels, group, ...changes }))
      await updateEuicc(environment.FLEET, { tenant, ...view })
      return { json: view, headers: { ETag: await etagOf(versionOf(view)) } }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/euiccs/{eid}',
    operationId: 'retireEuicc',
    summary: 'Retire an eUICC: its polls are answered eidNotFound from now on',
    description: 'Needs If-Match. Refused while operations are open, unless force=true ends them.',
    tag: 'eUICCs',
    access: 'euiccs:write',
    query: ForceQuery,
    requestHeaders: IF_MATCH,
    success: { status: 204, description: 'Retired' },
    examples: [{ summary: 'Even with open operations', query: { force: 'true' } }],
    async handle(call) {
      const { environment, tenant, query, now } = call
      const eid = eidIn(call)
      const detail = await detailOf(call, eid)
      await checkMatch(call.request, versionOf(detail))
      if (detail.openOperations > 0 && query.force !== 'true') {
        throw new Problem('conflict', `${detail.openOperations} operations are open: cancel them, or force`)
      }
      await euiccOf(environment.EUICC, tenant, eid).retire()
      await retireEuicc(environment.FLEET, tenant, eid, now)
      return {}
    },
  }),
]

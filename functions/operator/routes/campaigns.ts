import { ulid } from '../../euicc/operation-id.ts'
import type { CampaignId, CampaignTarget, CampaignView, TargetView } from '../../fleet/campaign/campaign.ts'
import { type IndexedCampaign, listCampaigns } from '../../fleet/campaign/campaign-index.ts'
import { type CampaignCommand, campaignOf } from '../../fleet/campaign/campaign-stub.ts'
import { readCampaign } from '../campaign-request.ts'
import { CampaignsQuery, NewCampaign, TargetsQuery } from '../campaign-schemas.ts'
import { showFilter } from '../euicc-filter.ts'
import { page } from '../page.ts'
import { notFound, Problem } from '../problem.ts'
import { type Call, type Route, route } from '../route.ts'

const instant = (ms: number) => new Date(ms).toISOString()
const instantOrNull = (ms: number | null) => (ms === null ? null : instant(ms))

function summary({ createdAt, startedAt, endedAt, ...campaign }: IndexedCampaign) {
  return {
    ...campaign,
    createdAt: instant(createdAt),
    startedAt: instantOrNull(startedAt),
    endedAt: instantOrNull(endedAt),
  }
}

function detail({
  id,
  state,
  pause,
  plan,
  createdBy,
  createdAt,
  startedAt,
  endedAt,
  ...counts
}: CampaignView) {
  const { name, target, operation, deadline, ...rules } = plan
  const { request, ...how } = operation
  const { type, ...params } = request
  return {
    id,
    name,
    state,
    pause,
    target: showTarget(target),
    operation: { type, params, ...how },
    ...rules,
    deadline: instant(deadline),
    createdBy,
    createdAt: instant(createdAt),
    startedAt: instantOrNull(startedAt),
    endedAt: instantOrNull(endedAt),
    ...counts,
  }
}

function showTarget(target: CampaignTarget) {
  return target.kind === 'eids' ? { eids: target.eids } : { filter: showFilter(target.filter) }
}

function target({ changedAt, ...rest }: TargetView) {
  return { ...rest, changedAt: instant(changedAt) }
}

function campaignIn({ environment, tenant, params: { id = '' } }: Call<unknown, unknown>) {
  if (!/^cmp_[0-9A-HJKMNP-TV-Z]{26}$/.test(id)) throw notFound(`the campaign ${id}`)
  return campaignOf(environment.CAMPAIGN, tenant, id)
}

/** One route for each thing that can be said to a campaign. */
function commandRoute(command: CampaignCommand, summary: string, description: string): Route {
  return route({
    method: 'POST',
    path: `/v1/campaigns/{id}/${command}`,
    operationId: `${command}Campaign`,
    summary,
    description,
    tag: 'Campaigns',
    access: 'campaigns:write',
    success: { status: 200, description: 'The campaign as it is now' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const answer = await campaignIn(call).command(command)
      if (answer === null) throw notFound(`the campaign ${call.params.id}`)
      if (answer.kind === 'conflict') throw new Problem('conflict', answer.detail)
      return { json: detail(answer.campaign) }
    },
  })
}

export const campaignRoutes = [
  route({
    method: 'POST',
    path: '/v1/campaigns',
    operationId: 'createCampaign',
    summary: 'Prepare one operation for many eUICCs, in waves',
    description:
      'Whom it concerns, and who is left out and why, is looked up at once and can be seen before the start: GET the campaign and its targets.',
    tag: 'Campaigns',
    access: 'campaigns:write',
    body: NewCampaign,
    idempotent: true,
    success: { status: 202, description: 'The campaign, being prepared' },
    examples: [
      {
        summary: 'Enable an operator’s profile in a group, at night',
        body: {
          name: 'Meters to Alfa',
          target: { filter: { group: 'meters' } },
          operation: {
            type: 'profile.enable',
            params: { serviceProviderName: 'Alfa', rollback: true },
          },
          window: { from: '01:00', to: '04:00' },
          ratePerMinute: 600,
        },
      },
      {
        summary: 'List the profiles of some, at once',
        body: {
          name: 'Audit',
          target: { eids: ['89049032000000000000000000000163'] },
          operation: { type: 'profile.list' },
          waves: [],
          start: true,
        },
      },
    ],
    async handle(call) {
      const { environment, tenant, key, now, body } = call
      const plan = await readCampaign(call, body)
      const id = `cmp_${ulid(now, crypto.getRandomValues(new Uint8Array(10)))}` as CampaignId
      const created = { tenant, id, plan, createdBy: key?.id ?? '', startsItself: body.start }
      const campaign = await campaignOf(environment.CAMPAIGN, tenant, id).create(created)
      return { json: detail(campaign), headers: { Location: `/v1/campaigns/${id}` } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/campaigns',
    operationId: 'listCampaigns',
    summary: 'The campaigns of the tenant, newest first',
    description: 'Counts are those of the last change of state; GET of one campaign is never behind.',
    tag: 'Campaigns',
    access: 'campaigns:read',
    query: CampaignsQuery,
    success: { status: 200, description: 'A page of campaigns' },
    examples: [{ summary: 'Those that stopped', query: { state: 'paused' } }],
    async handle({ environment, tenant, query: { limit, cursor, state } }) {
      const found = await listCampaigns(environment.FLEET, tenant, state, limit, cursor ?? null)
      return { json: page(found.map(summary), limit, (last) => last.id) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/campaigns/{id}',
    operationId: 'getCampaign',
    summary: 'One campaign: its plan, where its waves stand, why it is paused',
    tag: 'Campaigns',
    access: 'campaigns:read',
    success: { status: 200, description: 'The campaign' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const campaign = await campaignIn(call).view()
      if (!campaign) throw notFound(`the campaign ${call.params.id}`)
      return { json: detail(campaign) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/campaigns/{id}/targets',
    operationId: 'listCampaignTargets',
    summary: 'The eUICCs of a campaign: wave, status, operation, and why some are left out',
    tag: 'Campaigns',
    access: 'campaigns:read',
    query: TargetsQuery,
    success: { status: 200, description: 'A page of eUICCs, by EID' },
    examples: [{ summary: 'Those left out', query: { status: 'skipped' } }],
    async handle(call) {
      const { limit, cursor, status } = call.query
      const targets = await campaignIn(call).targets({ limit, cursor: cursor ?? null, status })
      if (!targets) throw notFound(`the campaign ${call.params.id}`)
      return { json: { ...targets, data: targets.data.map(target) } }
    },
  }),
  commandRoute('start', 'Start a campaign', 'One that is still being prepared starts when it is ready.'),
  commandRoute('pause', 'Pause a campaign', 'Nothing is handed out from the next poll on.'),
  commandRoute(
    'resume',
    'Go on with a paused campaign',
    'Failures and losses so far no longer count for the next automatic pause. One that stopped at the gate of a wave goes on to the next.',
  ),
  commandRoute('advance', 'Go on with a paused campaign, at once with the next wave', 'As resume otherwise.'),
  commandRoute(
    'abort',
    'End a campaign before it is through',
    'What has not left is cancelled; what was handed out still ends by itself.',
  ),
]

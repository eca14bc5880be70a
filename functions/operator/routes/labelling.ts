import { type LabellingTarget, labelEuiccs, MOST_LABELLED } from '../../fleet/index.ts'
import { readFilter } from '../euicc-filter.ts'
import { LabelRequest } from '../fleet-schemas.ts'
import { type Route, route } from '../route.ts'
import { MOST_LABELS } from '../schemas.ts'

export const labellingRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/euiccs/labels',
    operationId: 'labelEuiccs',
    summary: `Label or group up to ${MOST_LABELLED} eUICCs at once`,
    description: `Those listed, or those that a filter finds: then ${MOST_LABELLED} of them, and \`nextCursor\` says where the next call goes on. An eUICC that would have more than ${MOST_LABELS} labels stays as it is.`,
    tag: 'eUICCs',
    access: 'euiccs:write',
    body: LabelRequest,
    success: { status: 200, description: 'How many were changed' },
    examples: [
      {
        summary: 'Those listed',
        body: {
          target: { eids: ['89049032000000000000000000000163'] },
          labels: { site: 'Bergen', floor: null },
        },
      },
      { summary: 'A group moves', body: { target: { filter: { group: 'meters' } }, group: 'old-meters' } },
    ],
    async handle({ environment, tenant, body: { target, ...labelling }, now }) {
      const wanted: LabellingTarget =
        'eids' in target
          ? { kind: 'eids', eids: [...new Set(target.eids)] }
          : { kind: 'filter', filter: readFilter(target.filter, now), cursor: target.cursor ?? null }
      const { next, ...counts } = await labelEuiccs(environment.FLEET, tenant, wanted, labelling, MOST_LABELS)
      return { json: { ...counts, nextCursor: next } }
    },
  }),
]

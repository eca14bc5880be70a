import { type Page as ListPage, post, query } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { DELIVERY_STATES, type Delivery, type DeliveryState } from '../../api/webhooks.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { type Filter, Filters } from '../../parts/filters.tsx'
import { Empty, Loaded, ProblemNotice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { SubjectLink } from '../../parts/subject-link.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { announce } from '../../shell/announcer.ts'
import { useSearch } from '../../shell/location.ts'

const FILTERS: readonly Filter[] = [
  { kind: 'choice', name: 'state', label: 'State', options: DELIVERY_STATES },
]
const TONES: Readonly<Record<DeliveryState, Tone>> = { waiting: 'busy', delivered: 'good', dead: 'bad' }
const GATHERING_MS = 1000

interface DeliveryListProps {
  readonly id: string
  /** Nothing is sent again to one that is disabled. */
  readonly isEnabled: boolean
}

export function DeliveryList({ id, isEnabled }: DeliveryListProps) {
  const { values } = useSearch()
  const mayWrite = useMay('webhooks:write')
  const { problem, run } = useSubmit()
  const list = `/v1/webhook-endpoints/${id}/deliveries`
  const asked = { state: values.get('state'), cursor: values.get('cursor'), limit: 25 }
  const deliveries = useResource<ListPage<Delivery>>(list + query(asked), () => true, GATHERING_MS)
  const redeliver = (eventId: string) =>
    run(async () => {
      await post(`${list}/${encodeURIComponent(eventId)}/redeliver`)
      announce('It is sent again')
      deliveries.reload()
    })
  const columns: readonly Column<Delivery>[] = [
    { title: 'Event', cell: ({ event }) => <span class="mono">{event.type}</span> },
    { title: 'About', cell: ({ event }) => <SubjectLink subject={event.subject} /> },
    { title: 'State', cell: ({ state }) => <Badge tone={TONES[state]} text={state} /> },
    { title: 'Tries', isNumber: true, cell: ({ attempts }) => attempts },
    { title: 'Last answer', cell: ({ lastAnswer }) => lastAnswer ?? <span class="soft">–</span> },
    { title: 'Next try', cell: ({ nextAt }) => <Ago at={nextAt} /> },
    { title: 'Changed', cell: ({ changedAt }) => <Ago at={changedAt} /> },
    ...(mayWrite && isEnabled
      ? [
          {
            title: 'Again',
            cell: ({ event, state }: Delivery) => (
              <button type="button" class="button" onClick={() => void redeliver(event.id)}>
                {state === 'waiting' ? 'Try now' : 'Redeliver'}
              </button>
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel title="Deliveries" actions={<Filters label="Which deliveries" filters={FILTERS} />}>
      {problem && <ProblemNotice problem={problem} />}
      <Loaded resource={deliveries} what="the deliveries">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title="No delivery is like that">Send a test to see one.</Empty>
          ) : (
            <>
              <Table
                caption="Deliveries, newest first"
                columns={columns}
                rows={data}
                keyOf={({ event }) => event.id}
              />
              <Pager what="deliveries" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

/** The log of events, the newest first; new ones appear as they happen. */
import { type Page as ListPage, query } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import type { LoggedEvent } from '../../api/webhooks.ts'
import { Ago } from '../../parts/ago.tsx'
import { type Filter, Filters } from '../../parts/filters.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { SubjectLink } from '../../parts/subject-link.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'

const PAGE_LENGTH = 50
const GATHERING_MS = 1000

const FILTERS: readonly Filter[] = [
  { kind: 'text', name: 'type', label: 'Type', placeholder: 'operation.*, campaign.paused' },
  { kind: 'text', name: 'subject', label: 'About', placeholder: 'EID or id' },
]

const COLUMNS: readonly Column<LoggedEvent>[] = [
  { title: 'When', cell: ({ time }) => <Ago at={time} /> },
  { title: 'What', cell: ({ type }) => <span class="mono">{type}</span> },
  { title: 'About', cell: ({ subject }) => <SubjectLink subject={subject} /> },
  { title: 'Details', cell: ({ data }) => <EventData data={data} /> },
]

export function EventsPage() {
  const { values } = useSearch()
  const [type, subject, cursor] = ['type', 'subject', 'cursor'].map((name) => values.get(name))
  const path = `/v1/events${query({ order: 'newest', type, subject, before: cursor, limit: PAGE_LENGTH })}`
  const isLatest = cursor === null || cursor === undefined
  const events = useResource<ListPage<LoggedEvent>>(path, () => isLatest, GATHERING_MS)
  return (
    <Page title="Events">
      <Filters label="Which events" filters={FILTERS} />
      <Loaded resource={events} what="the events">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title="No such event in the last thirty days">
              Events come when devices call, operations end, campaigns move or keys change.
            </Empty>
          ) : (
            <>
              <Table caption="Events, newest first" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
              <Pager what="events" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

/** Says the type already, or counts what has a page of its own. */
const SAID_ELSEWHERE = ['status', 'state', 'total', 'operationId', 'campaign']

/** What is set, as one line; operations and campaigns as links. */
function EventData({ data }: Pick<LoggedEvent, 'data'>) {
  const { operationId, campaign } = data
  const entries = Object.entries(data).filter(
    ([name, value]) => value !== null && !SAID_ELSEWHERE.includes(name),
  )
  return (
    <span class="chips event-data">
      {typeof operationId === 'string' && <a href={`/console/operations/${operationId}`}>operation</a>}
      {typeof campaign === 'string' && <a href={`/console/campaigns/${campaign}`}>campaign</a>}
      {entries.map(([name, value]) => (
        <span key={name}>
          <span class="note">{name}</span> {wordsOf(value)}
        </span>
      ))}
    </span>
  )
}

/** Reasons come as code and detail. */
function wordsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return 'detail' in value ? String(value.detail) : JSON.stringify(value)
}

/** The operations of the tenant: what waits, oldest first to think of; what ended, and how. */
import { type Page as ListPage, query } from '../../api/client.ts'
import { type IndexedOperation, OPERATION_STATUSES } from '../../api/operations.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { Ago } from '../../parts/ago.tsx'
import { OperationBadge } from '../../parts/badge.tsx'
import { type Filter, Filters } from '../../parts/filters.tsx'
import { Icon } from '../../parts/icon.tsx'
import { EidLink } from '../../parts/identifier.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'
import { OPERATION_TYPES } from './operation-types.ts'

const PAGE_LENGTH = 50

const FILTERS: readonly Filter[] = [
  { kind: 'choice', name: 'status', label: 'Status', options: OPERATION_STATUSES },
  { kind: 'choice', name: 'type', label: 'Type', options: OPERATION_TYPES },
  { kind: 'choice', name: 'origin', label: 'Asked by', options: ['operator', 'eim'] },
  { kind: 'text', name: 'eid', label: 'EID', placeholder: '32 digits' },
]

const COLUMNS: readonly Column<IndexedOperation>[] = [
  { title: 'Operation', cell: ({ id, type }) => <a href={`/console/operations/${id}`}>{type}</a> },
  { title: 'Status', cell: ({ status }) => <OperationBadge status={status} /> },
  { title: 'eUICC', cell: ({ eid }) => <EidLink eid={eid} /> },
  { title: 'Why', cell: ({ reason }) => reason?.detail ?? <span class="soft">–</span> },
  { title: 'Asked', cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { title: 'Changed', cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
]

export function OperationsPage() {
  const { values } = useSearch()
  const mayOperate = useMay('operations:write')
  const asked = [...FILTERS.map(({ name }) => name), 'cursor'].map((name) => [name, values.get(name)])
  const path = `/v1/operations${query({ ...Object.fromEntries(asked), limit: PAGE_LENGTH })}`
  const operations = useResource<ListPage<IndexedOperation>>(path, ({ type }) =>
    type.startsWith('operation.'),
  )
  return (
    <Page
      title="Operations"
      actions={
        mayOperate && (
          <a class="button primary" href="/console/operations/new">
            <Icon name="compose" /> New operation
          </a>
        )
      }
    >
      <Filters label="Which operations" filters={FILTERS} />
      <Loaded resource={operations} what="the operations">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title="No operation is like that" />
          ) : (
            <>
              <Table
                caption="Operations, newest first"
                columns={COLUMNS}
                rows={data}
                keyOf={({ id }) => id}
              />
              <Pager what="operations" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

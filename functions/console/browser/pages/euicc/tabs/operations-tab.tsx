import { type Page as ListPage, query } from '../../../api/client.ts'
import { concerns } from '../../../api/euiccs.ts'
import type { Operation } from '../../../api/operations.ts'
import { useResource } from '../../../api/resource.ts'
import { Ago } from '../../../parts/ago.tsx'
import { OperationBadge } from '../../../parts/badge.tsx'
import { Empty, Loaded } from '../../../parts/notice.tsx'
import { Pager } from '../../../parts/pager.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { useSearch } from '../../../shell/location.ts'

const COLUMNS: readonly Column<Operation>[] = [
  { title: 'Operation', cell: ({ id, type }) => <a href={`/console/operations/${id}`}>{type}</a> },
  { title: 'Status', cell: ({ status }) => <OperationBadge status={status} /> },
  {
    title: 'Why',
    cell: ({ reason, waiting }) => reason?.detail ?? waiting?.detail ?? <span class="soft">–</span>,
  },
  { title: 'Asked by', cell: ({ origin }) => (origin === 'eim' ? 'the eIM itself' : 'an operator') },
  { title: 'Asked', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

/** Read from the eUICC's own object: never behind. */
export function OperationsTab({ eid }: { readonly eid: string }) {
  const { values } = useSearch()
  const path = `/v1/euiccs/${eid}/operations${query({ limit: 50, cursor: values.get('cursor') })}`
  const operations = useResource<ListPage<Operation>>(path, concerns(eid))
  return (
    <Loaded resource={operations} what="the operations">
      {({ data, nextCursor }) =>
        data.length === 0 ? (
          <Empty title="No operations yet" />
        ) : (
          <>
            <Table caption="Operations, newest first" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
            <Pager what="operations" shown={data.length} nextCursor={nextCursor} />
          </>
        )
      }
    </Loaded>
  )
}

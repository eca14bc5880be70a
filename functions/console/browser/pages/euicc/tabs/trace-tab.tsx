import { type Page as ListPage, query } from '../../../api/client.ts'
import { concerns, type Exchange } from '../../../api/euiccs.ts'
import { useResource } from '../../../api/resource.ts'
import { Ago } from '../../../parts/ago.tsx'
import { Empty, Loaded } from '../../../parts/notice.tsx'
import { Pager } from '../../../parts/pager.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { useSearch } from '../../../shell/location.ts'

const VIA = { https: 'HTTPS', coap: 'CoAP' } as const
const BINDING = { asn1: 'ASN.1', json: 'JSON' } as const

const octets = (hex: string | null) => (hex === null ? '–' : `${hex.length / 2}`)

export function TraceTab({ eid }: { readonly eid: string }) {
  const { values } = useSearch()
  const path = `/v1/euiccs/${eid}/trace${query({ limit: 50, cursor: values.get('cursor') })}`
  const trace = useResource<ListPage<Exchange>>(path, concerns(eid))
  const columns: readonly Column<Exchange>[] = [
    { title: 'No.', isNumber: true, cell: ({ id }) => id },
    {
      title: 'Function',
      cell: (exchange) => <a href={`/console/euiccs/${eid}/trace/${exchange.id}`}>{exchange.function}</a>,
    },
    { title: 'Way', cell: ({ transport: { via, binding } }) => `${BINDING[binding]} over ${VIA[via]}` },
    { title: 'Request (octets)', isNumber: true, cell: ({ request }) => octets(request) },
    { title: 'Response (octets)', isNumber: true, cell: ({ response }) => octets(response) },
    { title: 'When', cell: ({ at }) => <Ago at={at} /> },
  ]
  return (
    <Loaded resource={trace} what="the exchanges">
      {({ data, nextCursor }) =>
        data.length === 0 ? (
          <Empty title="No exchange yet">Each message from and to the device is kept here for a while.</Empty>
        ) : (
          <>
            <Table
              caption="Exchanges, newest first"
              columns={columns}
              rows={data}
              keyOf={({ id }) => String(id)}
            />
            <Pager what="exchanges" shown={data.length} nextCursor={nextCursor} />
          </>
        )
      }
    </Loaded>
  )
}

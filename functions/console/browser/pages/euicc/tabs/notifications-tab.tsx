import { type Page as ListPage, query } from '../../../api/client.ts'
import { concerns, type Notification } from '../../../api/euiccs.ts'
import { useResource } from '../../../api/resource.ts'
import { Ago } from '../../../parts/ago.tsx'
import { Badge } from '../../../parts/badge.tsx'
import { grouped } from '../../../parts/identifier.tsx'
import { Empty, Loaded } from '../../../parts/notice.tsx'
import { Pager } from '../../../parts/pager.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { useSearch } from '../../../shell/location.ts'

const COLUMNS: readonly Column<Notification>[] = [
  { title: 'No.', isNumber: true, cell: ({ seqNumber }) => seqNumber ?? '–' },
  { title: 'Notification', cell: ({ operation }) => operation ?? 'not readable' },
  { title: 'ICCID', cell: ({ iccid }) => <span class="mono">{iccid === null ? '–' : grouped(iccid)}</span> },
  { title: 'For', cell: ({ notificationAddress }) => notificationAddress ?? '–' },
  {
    title: 'Verdict',
    cell: ({ verified, detail }) => (
      <>
        <Badge tone={verified ? 'good' : 'bad'} text={verified ? 'verified' : 'not verified'} />
        <div class="note">{detail}</div>
      </>
    ),
  },
  { title: 'Received', cell: ({ receivedAt }) => <Ago at={receivedAt} /> },
]

export function NotificationsTab({ eid }: { readonly eid: string }) {
  const { values } = useSearch()
  const path = `/v1/euiccs/${eid}/notifications${query({ limit: 50, cursor: values.get('cursor') })}`
  const notifications = useResource<ListPage<Notification>>(path, concerns(eid))
  return (
    <Loaded resource={notifications} what="the notifications">
      {({ data, nextCursor }) =>
        data.length === 0 ? (
          <Empty title="No notification has come yet" />
        ) : (
          <>
            <Table
              caption="Notifications, newest first"
              columns={COLUMNS}
              rows={data}
              keyOf={({ id }) => id}
            />
            <Pager what="notifications" shown={data.length} nextCursor={nextCursor} />
          </>
        )
      }
    </Loaded>
  )
}

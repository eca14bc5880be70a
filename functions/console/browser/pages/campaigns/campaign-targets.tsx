import { CAMPAIGN_GATHERING_MS, concernsCampaign } from '../../api/campaign-events.ts'
import { TARGET_STATUSES, type Target } from '../../api/campaigns.ts'
import { type Page as ListPage, query } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import { Ago } from '../../parts/ago.tsx'
import { type Filter, Filters } from '../../parts/filters.tsx'
import { EidLink } from '../../parts/identifier.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Panel } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'
import { TargetBadge } from './campaign-words.tsx'

const PAGE_LENGTH = 25
const FILTERS: readonly Filter[] = [
  { kind: 'choice', name: 'status', label: 'Status', options: TARGET_STATUSES },
]

const COLUMNS: readonly Column<Target>[] = [
  { title: 'eUICC', cell: ({ eid }) => <EidLink eid={eid} /> },
  { title: 'Wave', cell: ({ wave }) => wave ?? <span class="soft">none</span> },
  { title: 'Status', cell: ({ status }) => <TargetBadge status={status} /> },
  { title: 'Why', cell: ({ reason }) => reason?.detail ?? <span class="soft">–</span> },
  {
    title: 'Operation',
    cell: ({ operationId, attempt }) =>
      operationId === null ? (
        <span class="soft">–</span>
      ) : (
        <a href={`/console/operations/${operationId}`}>{attempt > 1 ? `try ${attempt}` : 'open'}</a>
      ),
  },
  { title: 'Changed', cell: ({ changedAt }) => <Ago at={changedAt} /> },
]

/** Whom the campaign concerns and whom not, and why; before the start this is the preview. */
export function CampaignTargets({ id }: { readonly id: string }) {
  const { values } = useSearch()
  const asked = { status: values.get('status'), cursor: values.get('cursor'), limit: PAGE_LENGTH }
  const path = `/v1/campaigns/${id}/targets${query(asked)}`
  const targets = useResource<ListPage<Target>>(path, concernsCampaign(id), CAMPAIGN_GATHERING_MS)
  return (
    <Panel title="eUICCs" class="listed" actions={<Filters label="Which eUICCs" filters={FILTERS} />}>
      <Loaded resource={targets} what="its eUICCs">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty
              title={values.has('status') ? `None is ${values.get('status')}` : 'It concerns no eUICC'}
            />
          ) : (
            <>
              <Table
                caption="eUICCs of the campaign"
                columns={COLUMNS}
                rows={data}
                keyOf={({ eid }) => eid}
              />
              <Pager what="eUICCs" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

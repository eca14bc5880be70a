/** The campaigns of the tenant, newest first, each with how far it has come. */
import { CAMPAIGN_STATES, type CampaignSummary } from '../../api/campaigns.ts'
import { type Page as ListPage, query } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { concernedIn, endedIn } from '../../api/tally.ts'
import { Ago } from '../../parts/ago.tsx'
import { type Filter, Filters } from '../../parts/filters.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'
import { CampaignBadge, ON_A_BAR, TARGET_TONES } from './campaign-words.tsx'

const PAGE_LENGTH = 50
const FILTERS: readonly Filter[] = [
  { kind: 'choice', name: 'state', label: 'State', options: CAMPAIGN_STATES },
]

const COLUMNS: readonly Column<CampaignSummary>[] = [
  { title: 'Campaign', cell: ({ id, name }) => <a href={`/console/campaigns/${id}`}>{name}</a> },
  {
    title: 'State',
    cell: ({ state, pause }) => (
      <>
        <CampaignBadge state={state} />
        {pause && <div class="note">{pause.detail}</div>}
      </>
    ),
  },
  { title: 'Progress', cell: (campaign) => <Progress campaign={campaign} /> },
  {
    title: 'Failed',
    isNumber: true,
    cell: ({ id, total }) => <Count id={id} status="failed" count={total.failed} />,
  },
  {
    title: 'Lost',
    isNumber: true,
    cell: ({ id, total }) => <Count id={id} status="lost" count={total.lost} />,
  },
  { title: 'Made', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

export function CampaignsPage() {
  const { values } = useSearch()
  const mayWrite = useMay('campaigns:write')
  const path = `/v1/campaigns${query({ state: values.get('state'), cursor: values.get('cursor'), limit: PAGE_LENGTH })}`
  const campaigns = useResource<ListPage<CampaignSummary>>(path, ({ type }) => type.startsWith('campaign.'))
  return (
    <Page
      title="Campaigns"
      actions={
        mayWrite && (
          <a class="button primary" href="/console/campaigns/new">
            <Icon name="compose" /> New campaign
          </a>
        )
      }
    >
      <Filters label="Which campaigns" filters={FILTERS} />
      <Loaded resource={campaigns} what="the campaigns">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title={values.has('state') ? 'No campaign is in this state' : 'There is no campaign yet'}>
              A campaign does one operation on many eUICCs, a few first, and stops itself when it goes wrong.
              {mayWrite && (
                <>
                  {' '}
                  <a href="/console/campaigns/new">Make the first one</a>
                </>
              )}
            </Empty>
          ) : (
            <>
              <Table caption="Campaigns, newest first" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
              <Pager what="campaigns" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function Progress({ campaign: { total } }: { readonly campaign: CampaignSummary }) {
  const all = concernedIn(total)
  return (
    <>
      <span class="progress" aria-hidden="true">
        {ON_A_BAR.map((status) => (
          <span
            key={status}
            class={`bar ${TARGET_TONES[status]}`}
            style={{ width: `${all === 0 ? 0 : (total[status] / all) * 100}%` }}
          />
        ))}
      </span>
      <span class="note">
        {endedIn(total).toLocaleString('en')} of {all.toLocaleString('en')} ended
      </span>
    </>
  )
}

function Count({
  id,
  status,
  count,
}: {
  readonly id: string
  readonly status: string
  readonly count: number
}) {
  if (count === 0) return <span class="soft">0</span>
  return <a href={`/console/campaigns/${id}?status=${status}`}>{count.toLocaleString('en')}</a>
}

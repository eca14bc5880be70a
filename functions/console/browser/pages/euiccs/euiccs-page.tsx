/** Every eUICC of the tenant: found by what one knows of it, filtered, page by page. */
import { useState } from 'hono/jsx/dom'
import { type Page as ListPage, query } from '../../api/client.ts'
import type { EuiccSummary } from '../../api/euiccs.ts'
import { HEALTHS } from '../../api/fleet.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { Ago } from '../../parts/ago.tsx'
import { ProfileBadge } from '../../parts/badge.tsx'
import { type Filter, Filters } from '../../parts/filters.tsx'
import { Icon } from '../../parts/icon.tsx'
import { EidLink } from '../../parts/identifier.tsx'
import { Labels } from '../../parts/labels.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'
import { EnrolDialog } from './enrol-dialog.tsx'

const PAGE_LENGTH = 50

const FILTERS: readonly Filter[] = [
  { kind: 'text', name: 'search', label: 'Search', placeholder: 'EID, ICCID, label or group' },
  { kind: 'choice', name: 'health', label: 'Health', options: HEALTHS },
  { kind: 'text', name: 'group', label: 'Group' },
  { kind: 'text', name: 'label', label: 'Label', placeholder: 'site:Oslo' },
  { kind: 'text', name: 'serviceProviderName', label: 'Provider' },
  { kind: 'choice', name: 'profileState', label: 'Profile', options: ['enabled', 'disabled', 'unknown'] },
]
/** Not offered, but links use them. */
const LINKED = ['iccid', 'lastSeenBefore', 'lastSeenAfter', 'cursor']

const COLUMNS: readonly Column<EuiccSummary>[] = [
  {
    title: 'EID',
    cell: ({ eid, labels }) => (
      <>
        <EidLink eid={eid} />
        {labels.name && <div class="note">{labels.name}</div>}
      </>
    ),
  },
  { title: 'Last seen', cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} otherwise="never" /> },
  { title: 'Profiles', cell: ({ profiles }) => <ProfileList profiles={profiles} /> },
  { title: 'Group', cell: ({ group }) => group ?? <span class="soft">–</span> },
  { title: 'Labels', cell: ({ labels }) => <Labels labels={labels} /> },
]

export function EuiccsPage() {
  const { values } = useSearch()
  const [isEnrolling, setEnrolling] = useState(false)
  const mayEnrol = useMay('euiccs:write')
  const asked = [...FILTERS.map(({ name }) => name), ...LINKED].map((name) => [name, values.get(name)])
  const path = `/v1/euiccs${query({ ...Object.fromEntries(asked), limit: PAGE_LENGTH })}`
  const euiccs = useResource<ListPage<EuiccSummary>>(path, ({ type }) => /^(euicc|profile)\./.test(type))
  const enrol = () => setEnrolling(true)
  return (
    <Page
      title="eUICCs"
      actions={
        mayEnrol && (
          <button type="button" class="button primary" onClick={enrol}>
            <Icon name="compose" /> Enrol eUICCs
          </button>
        )
      }
    >
      <Filters label="Which eUICCs" filters={FILTERS} />
      <Loaded resource={euiccs} what="the eUICCs">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title="No eUICC is like that">Enrol some, or ask for less.</Empty>
          ) : (
            <>
              <Table caption="eUICCs" columns={COLUMNS} rows={data} keyOf={({ eid }) => eid} />
              <Pager what="eUICCs" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} onEnrolled={euiccs.reload} />}
    </Page>
  )
}

function ProfileList({ profiles }: Pick<EuiccSummary, 'profiles'>) {
  if (profiles.length === 0) return <span class="soft">not proven yet</span>
  const enabled = profiles.filter(({ state }) => state === 'enabled')
  const others = profiles.length - enabled.length
  return (
    <span class="chips">
      {enabled.map(({ iccid, state, serviceProviderName }) => (
        <span key={iccid} title={`ICCID ${iccid}`}>
          <ProfileBadge state={state} /> {serviceProviderName ?? iccid}
        </span>
      ))}
      {others > 0 && (
        <span class="note">{enabled.length > 0 ? `and ${others} more` : `${others}, none enabled`}</span>
      )}
    </span>
  )
}

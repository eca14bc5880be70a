/** One eUICC: what is on it, what it waits for, and what happened, live. */
import type { Child } from 'hono/jsx'
import type { Page as ListPage } from '../../api/client.ts'
import { concerns, type Euicc, type Profiles } from '../../api/euiccs.ts'
import type { Operation } from '../../api/operations.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { Icon } from '../../parts/icon.tsx'
import { Copyable } from '../../parts/identifier.tsx'
import { Labels } from '../../parts/labels.tsx'
import { Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { useLiveAnnouncements } from './live-announcements.ts'
import { ProfilePicture } from './profile-picture.tsx'
import { Standing } from './standing.tsx'
import { ConnectionTab, FactsTab } from './tabs/about-tabs.tsx'
import { NotificationsTab } from './tabs/notifications-tab.tsx'
import { OperationsTab } from './tabs/operations-tab.tsx'
import { TimelineTab } from './tabs/timeline-tab.tsx'
import { TraceTab } from './tabs/trace-tab.tsx'

interface EuiccPageProps {
  readonly params: { readonly eid?: string }
}

export function EuiccPage({ params: { eid = '' } }: EuiccPageProps) {
  const changes = concerns(eid)
  const euicc = useResource<Euicc>(`/v1/euiccs/${eid}`, changes)
  const profiles = useResource<Profiles>(`/v1/euiccs/${eid}/profiles`, changes)
  const operations = useResource<ListPage<Operation>>(`/v1/euiccs/${eid}/operations?limit=100`, changes)
  const mayOperate = useMay('operations:write')
  useLiveAnnouncements(eid)
  return (
    <Page
      title={euicc.value?.labels.name ?? 'eUICC'}
      trail={[{ label: 'eUICCs', href: '/console/euiccs' }]}
      aside={<Copyable value={eid} name="EID" />}
      actions={
        mayOperate && (
          <a class="button primary" href={`/console/operations/new?eid=${eid}`}>
            <Icon name="compose" /> New operation
          </a>
        )
      }
    >
      <Loaded resource={euicc} what="the eUICC">
        {(known) => (
          <>
            <Standing euicc={known} operations={operations.value?.data ?? []} />
            <dl class="facts">
              <Fact name="Group">{known.group ?? '–'}</Fact>
              <Fact name="Labels">
                <Labels labels={known.labels} />
              </Fact>
              <Fact name="eIM">{known.eimId}</Fact>
              <Fact name="Certificates">{certificatesText(known.certificates)}</Fact>
            </dl>
            <Loaded resource={profiles} what="the profiles">
              {(picture) => <ProfilePicture eid={eid} picture={picture} />}
            </Loaded>
            <EuiccTabs euicc={known} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function certificatesText(certificates: Euicc['certificates']): string {
  if (!certificates) return 'not shown yet'
  return certificates.verified ? 'the chain ends at a trusted CI' : certificates.detail
}

/** The exchanges may hold activation codes: only who may create operations sees them. */
function EuiccTabs({ euicc }: { readonly euicc: Euicc }) {
  const { eid } = euicc
  const seesTrace = useMay('operations:write')
  return (
    <Tabs
      label="More of this eUICC"
      tabs={[
        { name: 'timeline', title: 'Timeline', View: () => <TimelineTab euicc={euicc} /> },
        { name: 'operations', title: 'Operations', View: () => <OperationsTab eid={eid} /> },
        { name: 'notifications', title: 'Notifications', View: () => <NotificationsTab eid={eid} /> },
        ...(seesTrace ? [{ name: 'trace', title: 'Exchanges', View: () => <TraceTab eid={eid} /> }] : []),
        { name: 'connection', title: 'Trust', View: () => <ConnectionTab eid={eid} /> },
        { name: 'facts', title: 'Facts', View: () => <FactsTab euicc={euicc} /> },
      ]}
    />
  )
}

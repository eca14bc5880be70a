/** One trigger: what it waits for, what it does, its last calls with their verdicts, and a box to try it in. */
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import type { Trigger } from '../../api/triggers.ts'
import { Ago } from '../../parts/ago.tsx'
import { Copyable } from '../../parts/identifier.tsx'
import { Loaded } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { Pair } from '../../parts/pair.tsx'
import { CallList } from './call-list.tsx'
import { DryRun } from './dry-run.tsx'
import { TriggerActions } from './trigger-actions.tsx'
import { TriggerBadge } from './triggers-page.tsx'

export function TriggerPage({ params: { id = '' } }: { readonly params: { readonly id?: string } }) {
  const trigger = useResource<Trigger>(`/v1/triggers/${id}`)
  const { value, reload } = trigger
  const mayTry = useMay('triggers:write')
  return (
    <Page
      title={value?.name ?? 'Trigger'}
      trail={[{ label: 'Triggers', href: '/console/triggers' }]}
      aside={value && <TriggerBadge enabled={value.enabled} />}
      actions={value && <TriggerActions trigger={value} onChanged={reload} />}
    >
      <Loaded resource={trigger} what="the trigger">
        {(known) => (
          <>
            <div class={mayTry ? 'grid-2' : ''}>
              <Rule trigger={known} />
              {mayTry && <DryRun id={id} />}
            </div>
            <CallList trigger={known} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Rule({ trigger }: { readonly trigger: Trigger }) {
  const { url, authentication, condition, action, fanOut, callsPerMinute, createdBy, createdAt } = trigger
  return (
    <Panel title="Rule">
      <dl class="pairs">
        <Pair name="Address">
          <Copyable value={location.origin + url} name="address" plain />
        </Pair>
        <Pair name="Caller">
          {authentication.kind}
          {authentication.kind === 'jwt' && ` of ${authentication.issuer}, for ${authentication.audience}`}
        </Pair>
        <Pair name="When">
          <pre class="mono">{condition}</pre>
        </Pair>
        <Pair name="Then">
          <pre class="mono">{JSON.stringify(action, null, 2)}</pre>
        </Pair>
        <Pair name="At most">
          {fanOut.toLocaleString('en')} operations a call, {callsPerMinute.toLocaleString('en')} calls a
          minute
        </Pair>
        <Pair name="Made">
          <Ago at={createdAt} /> by <span class="mono">{createdBy}</span>
        </Pair>
      </dl>
    </Panel>
  )
}

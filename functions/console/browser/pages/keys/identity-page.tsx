/** One eIM identity: its keys, how far a rotation has come, and the octets that make a new eUICC trust it. */
import { useState } from 'hono/jsx/dom'
import { ask, post } from '../../api/client.ts'
import type { EimIdentity, SigningKey } from '../../api/keys.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge } from '../../parts/badge.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { Copyable } from '../../parts/identifier.tsx'
import { Loaded } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { Pair } from '../../parts/pair.tsx'
import { CertificateBar } from './certificate-bar.tsx'

export function IdentityPage({ params: { id = '' } }: { readonly params: { readonly id?: string } }) {
  const mayWrite = useMay('identities:write')
  const [asked, setAsked] = useState<'rotate' | SigningKey | null>(null)
  const path = `/v1/eim-identities/${id}`
  const identity = useResource<EimIdentity>(path, ({ subject }) => subject === id)
  const { value, reload } = identity
  const rotate = async () => {
    await post(`${path}/rotate`, {})
    reload()
  }
  const retire = (key: SigningKey) => async () => {
    await ask('DELETE', `${path}/keys/${key.id}`)
    reload()
  }
  return (
    <Page
      title={value?.eimId ?? 'eIM identity'}
      trail={[{ label: 'eIM identities', href: '/console/identities' }]}
      aside={value?.isDefault && <Badge tone="good" text="default" />}
      actions={
        mayWrite && (
          <button type="button" class="button" onClick={() => setAsked('rotate')}>
            Add a signing key …
          </button>
        )
      }
    >
      <Loaded resource={identity} what="the identity">
        {(known) => (
          <>
            <Rotation identity={known} />
            <Panel title="Signing keys">
              <ul>
                {known.keys.map((key) => (
                  <li key={key.id} class="wave">
                    <CertificateBar signingKey={key} />
                    <details>
                      <summary>Public key</summary>
                      <Copyable value={key.publicKey} name="public key" plain />
                    </details>
                    {mayWrite && key.state !== 'retired' && known.keys.length > 1 && (
                      <div>
                        <button type="button" class="button danger" onClick={() => setAsked(key)}>
                          Retire …
                        </button>
                      </div>
                    )}
                  </li>
                ))}
              </ul>
            </Panel>
            <AddInitialEim path={path} />
            <Panel title="Identity">
              <dl class="pairs">
                <Pair name="Host name">{known.eimFqdn}</Pair>
                <Pair name="Kind of id">{known.eimIdType}</Pair>
                <Pair name="Devices trust">
                  {known.transportTrust === null
                    ? 'no TLS or DTLS credential of ours is pinned'
                    : `a pinned ${known.transportTrust.kind}${known.transportTrust.note ? `: ${known.transportTrust.note}` : ''}`}
                </Pair>
                <Pair name="Made">
                  <Ago at={known.createdAt} />
                </Pair>
              </dl>
            </Panel>
          </>
        )}
      </Loaded>
      {asked === 'rotate' && (
        <ConfirmDialog
          title="Add a signing key?"
          action="Add the key"
          tone="primary"
          onConfirm={rotate}
          onClose={() => setAsked(null)}
        >
          New eUICCs use it at once. The others go on with the key they trust until a campaign of eim.update
          has given them the new one.
        </ConfirmDialog>
      )}
      {asked !== null && asked !== 'rotate' && (
        <ConfirmDialog
          title="Retire the key?"
          action="Erase its private half"
          onConfirm={retire(asked)}
          onClose={() => setAsked(null)}
        >
          eUICCs that still trust only this key can be managed no more.
        </ConfirmDialog>
      )}
    </Page>
  )
}

const STEPS = [
  'a new key is added',
  'eUICCs are given it by eim.update',
  'the key before is retired',
] as const

/** Where a rotation stands, as far as the keys themselves tell. */
function Rotation({ identity: { keys } }: { readonly identity: EimIdentity }) {
  const inUse = keys.filter(({ state }) => state !== 'retired').length
  if (inUse < 2) return null
  return (
    <Panel title="Rotation under way" note={`${inUse} keys are in use`}>
      <ol class="status-path" aria-label="How far the rotation has come">
        {STEPS.map((step, index) => (
          <li
            key={step}
            class={index === 0 ? 'passed' : undefined}
            aria-current={index === 1 ? 'step' : undefined}
          >
            {step}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function AddInitialEim({ path }: { readonly path: string }) {
  const octets = useResource<{ readonly hex: string }>(`${path}/add-initial-eim`)
  return (
    <Panel
      title="For new eUICCs"
      note="AddInitialEimRequest (BF57): given on the production line, or by the device itself"
      actions={
        <a class="button" href={`${path}/add-initial-eim?format=der`} download="add-initial-eim.der">
          Save as a file
        </a>
      }
    >
      <Loaded resource={octets} what="the octets">
        {({ hex }) => (
          <p class="secret">
            <Copyable value={hex} name="octets" plain />
          </p>
        )}
      </Loaded>
    </Panel>
  )
}

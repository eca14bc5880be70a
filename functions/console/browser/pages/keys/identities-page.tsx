/** The eIM identities: whom eUICCs obey, with which keys, and how long their certificates last. */
import { useState } from 'hono/jsx/dom'
import { type Page as ListPage, post } from '../../api/client.ts'
import type { EimIdentity } from '../../api/keys.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { Badge } from '../../parts/badge.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Loaded, ProblemNotice } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { errorsOf } from '../../parts/problem-errors.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { CertificateBar } from './certificate-bar.tsx'

export function IdentitiesPage() {
  const mayWrite = useMay('identities:write')
  const [isMaking, setMaking] = useState(false)
  const identities = useResource<ListPage<EimIdentity>>('/v1/eim-identities', ({ type }) =>
    type.startsWith('key.'),
  )
  return (
    <Page
      title="eIM identities"
      actions={
        mayWrite && (
          <button type="button" class="button primary" onClick={() => setMaking(true)}>
            <Icon name="compose" /> New identity
          </button>
        )
      }
    >
      <Loaded resource={identities} what="the identities">
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="There is no eIM identity yet">
              eUICCs need one to know whom to obey: make it first.
            </Empty>
          ) : (
            <div class="grid-2">
              {data.map((identity) => (
                <IdentityCard key={identity.id} identity={identity} />
              ))}
            </div>
          )
        }
      </Loaded>
      {isMaking && <NewIdentity onClose={() => setMaking(false)} onMade={identities.reload} />}
    </Page>
  )
}

function IdentityCard({ identity }: { readonly identity: EimIdentity }) {
  const { id, eimId, eimFqdn, isDefault, keys } = identity
  const inUse = keys.filter(({ state }) => state !== 'retired')
  return (
    <Panel title={eimId} note={eimFqdn} actions={isDefault && <Badge tone="good" text="default" />}>
      <div class="form">
        {inUse.map((key) => (
          <CertificateBar key={key.id} signingKey={key} />
        ))}
        <p>
          <a href={`/console/identities/${id}`}>Keys, rotation, and what a new eUICC is given</a>
        </p>
      </div>
    </Panel>
  )
}

function NewIdentity({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) {
  const { isBusy, problem, submit } = useSubmit()
  const errors = errorsOf(problem)
  const make = submit(async ({ eimId = '', eimFqdn = '' }) => {
    await post('/v1/eim-identities', { eimId, eimFqdn })
    onMade()
    onClose()
  })
  return (
    <Dialog title="New eIM identity" onClose={onClose}>
      <form class="form" onSubmit={make}>
        {problem && <ProblemNotice problem={problem} />}
        <TextField
          id="eimId"
          label="eIM id"
          isRequired
          placeholder="eim.example.com"
          hint="What eUICCs know it by; it never changes"
          error={errors['/eimId']}
        />
        <TextField
          id="eimFqdn"
          label="Host name"
          isRequired
          placeholder="eim.example.com"
          hint="Where devices call"
          error={errors['/eimFqdn']}
        />
        <p class="note">A P-256 signing key is made here and never leaves.</p>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={isBusy}>
            Make it
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

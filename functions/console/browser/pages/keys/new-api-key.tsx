import { useState } from 'hono/jsx/dom'
import { post } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Field, TextField } from '../../parts/field.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { errorsOf } from '../../parts/problem-errors.ts'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { wordsIn } from '../../parts/text-lists.ts'
import { useSubmit } from '../../parts/use-submit.ts'

const ROLES = [
  ['viewer', 'viewer: looks, changes nothing'],
  ['operator', 'operator: works with eUICCs, operations and campaigns'],
  ['admin', 'admin: everything, keys too'],
  ['custom', 'scopes of my own choice'],
] as const

interface NewApiKeyProps {
  readonly onClose: () => void
  readonly onMade: () => void
}

export function NewApiKey({ onClose, onMade }: NewApiKeyProps) {
  const { key } = useSession()
  const { isBusy, problem, submit } = useSubmit()
  const [role, setRole] = useState('viewer')
  const [apiKey, setApiKey] = useState<string | null>(null)
  const errors = errorsOf(problem)
  const make = submit(async ({ name = '', scopes = '', expiresAt }) => {
    const made = await post<{ apiKey: string }>('/v1/api-keys', {
      name,
      ...(role === 'custom' ? { scopes: wordsIn(scopes) } : { role }),
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    })
    onMade()
    setApiKey(made.apiKey)
  })
  if (apiKey !== null)
    return <SecretDialog title="The key is made" secret={apiKey} name="API key" onClose={onClose} />
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form class="form" onSubmit={make}>
        {problem && <ProblemNotice problem={problem} />}
        <TextField id="name" label="Name" isRequired placeholder="dashboard" error={errors['/name']} />
        <Field id="role" label="May" error={errors['/role']}>
          <select
            id="role"
            name="role"
            onChange={({ target }: Event) => target instanceof HTMLSelectElement && setRole(target.value)}
          >
            {ROLES.map(([value, label]) => (
              <option key={value} value={value} selected={value === role}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        {role === 'custom' && (
          <fieldset class="group">
            <legend>Scopes: a key can give no more than it has</legend>
            {key.scopes.map((scope) => (
              <label key={scope} class="choice">
                <input type="checkbox" name="scopes" value={scope} />
                {scope}
              </label>
            ))}
          </fieldset>
        )}
        <TextField
          id="expiresAt"
          label="Expires (optional)"
          type="datetime-local"
          hint="Your time zone"
          error={errors['/expiresAt']}
        />
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

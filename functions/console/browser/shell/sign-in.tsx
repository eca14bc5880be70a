/** The door: an API key is exchanged for a session. */
import { useEffect, useState } from 'hono/jsx/dom'
import { ApiProblem, type Problem } from '../api/client.ts'
import { type Session, signIn } from '../api/session.ts'
import { TextField, valuesOf } from '../parts/field.tsx'
import { ContactPad } from '../parts/icon.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }) {
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setBusy] = useState(false)

  useEffect(() => {
    document.title = 'Sign in · edge-eim'
    document.getElementById('apiKey')?.focus()
  }, [])

  const submit = async (event: Event) => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const { apiKey = '' } = valuesOf(event.currentTarget)
    setBusy(true)
    try {
      onSignedIn(await signIn(apiKey))
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      setProblem(error.problem)
      setBusy(false)
      document.getElementById('apiKey')?.focus()
    }
  }

  return (
    <main class="sign-in">
      <form class="sign-in-card" onSubmit={submit}>
        <div class="brand">
          <ContactPad />
          <span>edge-eim</span>
        </div>
        <h1>Sign in</h1>
        <TextField
          id="apiKey"
          label="API key"
          type="password"
          autocomplete="current-password"
          isRequired
          isMono
          placeholder="key_…"
          hint="The key is exchanged for a session that scripts cannot read, and is not kept."
          error={problem && errorText(problem)}
        />
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
      <ThemeSwitch />
    </main>
  )
}

function errorText({ status, detail }: Problem): string {
  return status === 401 ? 'This key is not known, or no longer valid.' : detail
}

/** The whole console: signs in, then shows the page that the address means. */
import { useCallback, useEffect, useState } from 'hono/jsx/dom'
import { ApiProblem, onSignedOut, type Problem } from '../api/client.ts'
import { currentSession, type Session, SessionContext } from '../api/session.ts'
import { closeStream, openStream } from '../live/stream.ts'
import { PAGES } from '../pages/index.ts'
import { Loading, ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Frame } from './frame.tsx'
import { followLinks, useLocation } from './location.ts'
import { findRoute } from './route-match.ts'
import { SignIn } from './sign-in.tsx'

type Standing =
  | { readonly kind: 'asking' }
  | { readonly kind: 'unknown'; readonly problem: Problem }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'signed-in'; readonly session: Session }

export function App() {
  const [standing, setStanding] = useState<Standing>({ kind: 'asking' })

  const ask = useCallback(async () => {
    try {
      const session = await currentSession()
      setStanding(session ? { kind: 'signed-in', session } : { kind: 'signed-out' })
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      setStanding({ kind: 'unknown', problem: error.problem })
    }
  }, [])

  useEffect(() => {
    void ask()
    const stops = [onSignedOut(() => setStanding({ kind: 'signed-out' })), followLinks()]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])

  switch (standing.kind) {
    case 'asking':
      return <Loading what="the console" />
    case 'unknown':
      return <ProblemNotice problem={standing.problem} retry={() => void ask()} />
    case 'signed-out':
      return <SignIn onSignedIn={(session) => setStanding({ kind: 'signed-in', session })} />
    case 'signed-in':
      return (
        <SessionContext.Provider value={standing.session}>
          <SignedIn session={standing.session} onSignedOut={() => setStanding({ kind: 'signed-out' })} />
        </SessionContext.Provider>
      )
  }
}

function SignedIn({ session, onSignedOut }: { readonly session: Session; readonly onSignedOut: () => void }) {
  const hearsEvents = session.key.scopes.includes('events:read')
  useEffect(() => {
    if (hearsEvents) openStream()
    return closeStream
  }, [hearsEvents])
  return (
    <Frame onSignedOut={onSignedOut}>
      <CurrentPage session={session} />
    </Frame>
  )
}

function CurrentPage({ session }: { readonly session: Session }) {
  const { path } = useLocation()
  const found = findRoute(PAGES, path)
  if (!found) {
    return (
      <Page title="There is no such page">
        <p>
          Nothing is at <code>{path}</code>. <a href="/console">Go to the fleet</a>.
        </p>
      </Page>
    )
  }
  const { View, scope } = found.route
  if (!session.key.scopes.includes(scope)) {
    return (
      <Page title="Not with this key">
        <p>
          This page needs the scope <code>{scope}</code>, which the key “{session.key.name}” does not have.
        </p>
      </Page>
    )
  }
  // Another address of the same kind is another page: nothing of the former may stay.
  return <View key={path} params={found.params} />
}

/** What stays around every page: navigation, who is signed in, whether what one sees is live. */
import type { Child } from 'hono/jsx'
import { useEffect, useRef } from 'hono/jsx/dom'
import { signOut, useSession } from '../api/session.ts'
import { useStreamState } from '../live/hooks.ts'
import { NAVIGATION } from '../pages/index.ts'
import { ContactPad, Icon } from '../parts/icon.tsx'
import { announce } from './announcer.ts'
import { BASE, useLocation } from './location.ts'
import { ThemeSwitch } from './theme-switch.tsx'

interface FrameProps {
  readonly onSignedOut: () => void
  readonly children?: Child
}

export function Frame({ onSignedOut, children }: FrameProps) {
  const { path } = useLocation()
  const isFirst = useRef(true)

  // Whoever comes by keyboard or screen reader starts at the heading of the page that has come.
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('main h1')
    if (!isFirst.current) {
      scrollTo(0, 0)
      heading?.focus({ preventScroll: true })
      announce(heading?.textContent ?? '')
    }
    isFirst.current = false
    closeMenu()
  }, [path])

  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <div class="frame">
        <Sidebar path={path} onSignedOut={onSignedOut} />
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </div>
      <p id="announcements" class="visually-hidden" aria-live="polite" />
    </>
  )
}

function closeMenu(): void {
  document.getElementById('menu')?.removeAttribute('data-open')
}

function Sidebar({ path, onSignedOut }: { readonly path: string; readonly onSignedOut: () => void }) {
  const { key, role } = useSession()
  const leave = async () => {
    await signOut()
    onSignedOut()
  }
  return (
    <div class="sidebar" id="menu">
      <div class="sidebar-head">
        <a class="brand" href={BASE}>
          <ContactPad />
          <span>edge-eim</span>
        </a>
        <LiveMark />
        <button type="button" class="button quiet square menu-button" aria-label="Menu" onClick={toggleMenu}>
          <Icon name="menu" />
        </button>
      </div>
      <div class="sidebar-body">
        <nav aria-label="Pages">
          {NAVIGATION.map(({ title, entries }) => {
            const allowed = entries.filter(({ scope }) => key.scopes.includes(scope))
            return (
              allowed.length > 0 && (
                <div class="nav-group" key={title}>
                  <h2>{title}</h2>
                  <ul>
                    {allowed.map(({ label, href, icon }) => (
                      <li key={href}>
                        <a href={href} aria-current={currency(path, href)}>
                          <Icon name={icon} /> {label}
                        </a>
                      </li>
                    ))}
                  </ul>
                </div>
              )
            )
          })}
        </nav>
        <div class="sidebar-foot">
          <p class="who">
            <strong>{key.name}</strong>
            <span class="note">
              {role} · {key.tenant}
            </span>
          </p>
          <div class="sidebar-tools">
            <ThemeSwitch />
            <button type="button" class="button quiet" onClick={leave}>
              <Icon name="out" /> Sign out
            </button>
          </div>
        </div>
      </div>
    </div>
  )
}

function toggleMenu(): void {
  document.getElementById('menu')?.toggleAttribute('data-open')
}

/** The entry of the page itself, or of one above it. */
function currency(path: string, href: string): 'page' | 'true' | undefined {
  if (path === href) return 'page'
  return href !== BASE && path.startsWith(`${href}/`) ? 'true' : undefined
}

const STREAM_TEXTS = { connecting: 'Connecting', live: 'Live', broken: 'Reconnecting' } as const

function LiveMark() {
  const { scopes } = useSession().key
  const state = useStreamState()
  if (!scopes.includes('events:read')) return null
  return (
    <span class={`live-mark ${state}`} role="status">
      {STREAM_TEXTS[state]}
    </span>
  )
}

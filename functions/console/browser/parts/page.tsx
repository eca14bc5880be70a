/** The frame of every page: where one is, its heading, what can be done here. */
import type { Child } from 'hono/jsx'
import { useEffect } from 'hono/jsx/dom'

interface Step {
  readonly label: string
  readonly href: string
}

interface PageProps {
  readonly title: string
  /** The pages above this one. */
  readonly trail?: readonly Step[]
  /** Stands beside the heading. */
  readonly aside?: Child
  readonly actions?: Child
  readonly children?: Child
}

export function Page({ title, trail = [], aside, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · edge-eim`
  }, [title])
  return (
    <div class="page">
      <header class="page-head">
        {trail.length > 0 && (
          <nav class="trail" aria-label="Breadcrumb">
            <ol>
              {trail.map(({ label, href }) => (
                <li key={href}>
                  <a href={href}>{label}</a>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <div class="page-title">
          <h1 tabindex={-1}>{title}</h1>
          {aside}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface PanelProps {
  readonly title: string
  /** A line below the title: units, what is meant, how fresh it is. */
  readonly note?: Child
  readonly actions?: Child
  readonly class?: string
  readonly children?: Child
}

export function Panel({ title, note, actions, class: className = '', children }: PanelProps) {
  return (
    <section class={`panel ${className}`} aria-label={title}>
      <header class="panel-head">
        <h2>{title}</h2>
        {note && <p class="note">{note}</p>}
        {actions && <div class="panel-actions">{actions}</div>}
      </header>
      {children}
    </section>
  )
}

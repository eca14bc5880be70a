/** Parts of a page of which one is shown; which one stands in the address. */
import type { Child } from 'hono/jsx'
import { useSearch } from '../shell/location.ts'

export interface Tab {
  readonly name: string
  readonly title: string
  readonly View: () => Child
}

interface TabsProps {
  readonly label: string
  /** The first is shown where the address names none. */
  readonly tabs: readonly Tab[]
}

/** Arrow keys move between the tabs, as readers of a tab list expect. */
export function Tabs({ label, tabs }: TabsProps) {
  const { values, change } = useSearch()
  const chosen = tabs.find(({ name }) => name === values.get('tab')) ?? tabs[0]
  if (!chosen) return null
  const choose = ({ name }: Tab) => change({ tab: name === tabs[0]?.name ? null : name, cursor: null })
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const next = tabs[(tabs.indexOf(chosen) + step + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    choose(next)
    document.getElementById(`tab-${next.name}`)?.focus()
  }
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            id={`tab-${tab.name}`}
            type="button"
            role="tab"
            aria-selected={tab === chosen ? 'true' : 'false'}
            aria-controls="tab-panel"
            tabindex={tab === chosen ? 0 : -1}
            onClick={() => choose(tab)}
            onKeyDown={move}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div
        key={chosen.name}
        id="tab-panel"
        role="tabpanel"
        aria-labelledby={`tab-${chosen.name}`}
        tabindex={0}
      >
        {chosen.View()}
      </div>
    </div>
  )
}

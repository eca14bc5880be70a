/** Every page of the console, and what the navigation shows of them: a new page is one line in each list. */
import type { Child } from 'hono/jsx'
import type { IconName } from '../parts/icon.tsx'
import type { Params } from '../shell/route-match.ts'
import { EuiccsPage } from './euiccs/euiccs-page.tsx'
import { FleetPage } from './fleet/fleet-page.tsx'

export interface PageRoute {
  readonly path: string
  /** Whoever lacks it is told so instead. */
  readonly scope: string
  readonly View: (props: { readonly params: Params }) => Child
}

export interface NavigationEntry {
  readonly label: string
  readonly href: string
  readonly icon: IconName
  readonly scope: string
}

/** The first that fits is shown. */
export const PAGES: readonly PageRoute[] = [
  { path: '/console', scope: 'euiccs:read', View: FleetPage },
  { path: '/console/euiccs', scope: 'euiccs:read', View: EuiccsPage },
]

export const NAVIGATION: readonly {
  readonly title: string
  readonly entries: readonly NavigationEntry[]
}[] = [
  {
    title: 'Watch',
    entries: [
      { label: 'Fleet', href: '/console', icon: 'fleet', scope: 'euiccs:read' },
      { label: 'eUICCs', href: '/console/euiccs', icon: 'euicc', scope: 'euiccs:read' },
    ],
  },
]

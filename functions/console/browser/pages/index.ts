/** Every page of the console, and what the navigation shows of them: a new page is one line in each list. */
import type { Child } from 'hono/jsx'
import type { IconName } from '../parts/icon.tsx'
import type { Params } from '../shell/route-match.ts'
import { EuiccPage } from './euicc/euicc-page.tsx'
import { EuiccsPage } from './euiccs/euiccs-page.tsx'
import { FleetPage } from './fleet/fleet-page.tsx'
import { ComposerPage } from './operations/composer-page.tsx'
import { OperationPage } from './operations/operation-page.tsx'
import { OperationsPage } from './operations/operations-page.tsx'
import { DecodePage } from './protocol/decode-page.tsx'
import { EvidencePage } from './protocol/evidence-page.tsx'
import { ExchangePage } from './protocol/exchange-page.tsx'

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
  { path: '/console/euiccs/:eid', scope: 'euiccs:read', View: EuiccPage },
  { path: '/console/euiccs/:eid/trace/:id', scope: 'operations:write', View: ExchangePage },
  { path: '/console/euiccs/:eid/evidence/:id', scope: 'operations:read', View: EvidencePage },
  { path: '/console/operations', scope: 'operations:read', View: OperationsPage },
  { path: '/console/operations/new', scope: 'operations:write', View: ComposerPage },
  { path: '/console/operations/:id', scope: 'operations:read', View: OperationPage },
  { path: '/console/decode', scope: 'decode', View: DecodePage },
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
      { label: 'Operations', href: '/console/operations', icon: 'operations', scope: 'operations:read' },
    ],
  },
  {
    title: 'Tools',
    entries: [{ label: 'Decode', href: '/console/decode', icon: 'decode', scope: 'decode' }],
  },
]

/** Every page, light and dark and on a phone: it shows what it should, nothing goes wrong, axe finds nothing serious. */
import { deepEqual } from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Checks } from './check.ts'
import { accessibilityFaults, signIn, type Visit, visit } from './chromium.ts'
import type { SeededEdge } from './seeded-edge.ts'

const SCREENSHOTS = path.join(import.meta.dirname, 'screenshots')

export interface ShownPage {
  readonly name: string
  readonly path: string
  /** Stands on the page once it has everything. */
  readonly shows: string | RegExp
}

async function pagesOf({ hero, operator, failed, held }: SeededEdge): Promise<readonly ShownPage[]> {
  const { data: exchanges } = await operator.call<{ data: { id: number; function: string }[] }>(
    'GET',
    `/v1/euiccs/${hero.eid}/trace?limit=100`,
  )
  const exchange = exchanges.find((each) => each.function === 'provideEimPackageResult')?.id
  const { data: evidence } = await operator.call<{ data: { id: string }[] }>(
    'GET',
    `/v1/euiccs/${hero.eid}/evidence`,
  )
  const euicc = `/console/euiccs/${hero.eid}`
  return [
    { name: 'fleet', path: '/console', shows: 'Contacts by group' },
    { name: 'fleet-30-days', path: '/console?span=30d', shows: 'in each day' },
    { name: 'euiccs', path: '/console/euiccs', shows: 'Line 7, pump house' },
    { name: 'euiccs-filtered', path: '/console/euiccs?health=never', shows: 'not proven yet' },
    { name: 'euicc', path: euicc, shows: 'operation.succeeded' },
    { name: 'euicc-operations', path: `${euicc}?tab=operations`, shows: 'fallback.set' },
    { name: 'euicc-notifications', path: `${euicc}?tab=notifications`, shows: 'notificationEnable' },
    { name: 'euicc-exchanges', path: `${euicc}?tab=trace`, shows: 'getEimPackage' },
    { name: 'euicc-trust', path: `${euicc}?tab=connection`, shows: 'Counter left' },
    { name: 'euicc-facts', path: `${euicc}?tab=facts`, shows: 'euiccInfo2' },
    { name: 'exchange', path: `${euicc}/trace/${exchange}`, shows: 'ProvideEimPackageResult' },
    {
      name: 'evidence',
      path: `${euicc}/evidence/${evidence[0]?.id}`,
      shows: /It was applied|It changed nothing/,
    },
    { name: 'operations', path: '/console/operations', shows: 'profile.enable' },
    {
      name: 'operation-failed',
      path: `/console/operations/${failed}`,
      shows: /catBusy|profileNotInDisabledState/,
    },
    { name: 'operation-held', path: `/console/operations/${held}`, shows: 'Not before' },
    { name: 'composer', path: `/console/operations/new?eid=${hero.eid}`, shows: 'Allow a rollback' },
    {
      name: 'composer-download',
      path: `/console/operations/new?eid=${hero.eid}&type=profile.download`,
      shows: 'Activation code',
    },
    {
      name: 'composer-eim',
      path: `/console/operations/new?eid=${hero.eid}&type=eim.add`,
      shows: 'Host name',
    },
    { name: 'decode', path: '/console/decode', shows: 'nothing is sent' },
    { name: 'no-such-page', path: '/console/nowhere', shows: 'There is no such page' },
  ]
}

const LOOKS = [
  { name: 'light', scheme: 'light', width: 1360 },
  { name: 'dark', scheme: 'dark', width: 1360 },
  { name: 'phone', scheme: 'light', width: 390 },
] as const

export async function checkEveryPage(
  checks: Checks,
  browser: Browser,
  edge: SeededEdge,
  more: readonly ShownPage[],
): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const pages = [...(await pagesOf(edge)), ...more]
  for (const look of LOOKS) {
    const seen = await visit(browser, edge.url, look)
    await checks.check(`sign-in, ${look.name}`, async () => {
      await seen.page.goto('/console')
      await seen.page.getByLabel('API key').waitFor()
      await examine(seen, `sign-in-${look.name}`)
    })
    await signIn(seen.page, edge.keys.admin)
    for (const shown of pages) {
      await checks.check(`${shown.name}, ${look.name}`, async () => {
        await seen.page.goto(shown.path)
        await seen.page.getByRole('main').getByText(shown.shows).filter({ visible: true }).first().waitFor()
        await seen.page
          .getByText(/^Loading/)
          .first()
          .waitFor({ state: 'detached' })
        await examine(seen, `${shown.name}-${look.name}`)
      })
    }
    await seen.close()
  }
}

async function examine({ page, takeFaults }: Visit, name: string): Promise<void> {
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true })
  deepEqual(await accessibilityFaults(page), [])
  deepEqual(await widerThanTheScreen(page), false, 'the page scrolls sideways')
  deepEqual(takeFaults(), [])
}

function widerThanTheScreen(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
}

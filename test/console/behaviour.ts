/** What happens on the pages: sign-in and out, live updates, keys alone, roles, guards. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import type { Checks } from './check.ts'
import { signIn, type Visit, visit } from './chromium.ts'
import type { SeededEdge } from './seeded-edge.ts'

export async function checkBehaviour(checks: Checks, browser: Browser, edge: SeededEdge): Promise<void> {
  const as = async (role: keyof SeededEdge['keys'], path: string, act: (page: Page) => Promise<void>) => {
    const seen: Visit = await visit(browser, edge.url)
    try {
      await signIn(seen.page, edge.keys[role], path)
      await act(seen.page)
      deepEqual(seen.takeFaults(), [])
    } finally {
      await seen.close()
    }
  }
  const { hero, operator } = edge
  const euicc = `/console/euiccs/${hero.eid}`

  await checks.check('a wrong key is refused in words, and the field has the focus', async () => {
    const { page, close } = await visit(browser, edge.url)
    await page.goto('/console')
    await page.getByLabel('API key').fill('key_wrong')
    await page.keyboard.press('Enter')
    await page.getByText('This key is not known').waitFor()
    equal(await page.evaluate('document.activeElement.id'), 'apiKey')
    await close()
  })

  await checks.check('scripts cannot read the session, and after signing out it is over', () =>
    as('operator', euicc, async (page) => {
      equal(await page.evaluate('document.cookie'), '')
      deepEqual(await page.evaluate('Object.keys(sessionStorage).concat(Object.keys(localStorage))'), [])
      const cookies = await page.context().cookies()
      // What the page still asks for would be refused from here on, and Chromium writes refusals down.
      await page.waitForLoadState('networkidle')
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('API key').waitFor()
      await page.context().addCookies(cookies)
      equal((await page.request.get('/v1/session')).status(), 401)
    }),
  )

  await checks.check('what happens to a device appears without a reload', () =>
    as('viewer', `${euicc}?tab=operations`, async (page) => {
      await page.getByText('Live', { exact: true }).waitFor()
      await page.evaluate('window.isTheSamePage = true')
      const asked = await operator.operate(hero.eid, 'rat.get')
      await page.getByRole('link', { name: 'rat.get is queued' }).waitFor()
      await hero.ipa.wakeUp()
      const row = page.getByRole('row').filter({ has: page.locator(`a[href$="${asked.id}"]`) })
      await row.getByText('succeeded').waitFor()
      equal(await page.evaluate('window.isTheSamePage'), true)
    }),
  )

  await checks.check('the fleet counts what happens, live', () =>
    as('viewer', '/console', async (page) => {
      await page.getByText('Live', { exact: true }).waitFor()
      const open = page.getByRole('link', { name: /Operations open/ })
      const before = Number(await open.locator('.tile-value').textContent())
      const asked = await operator.operate(hero.eid, 'eim.list')
      await open.getByText(String(before + 1), { exact: true }).waitFor()
      await operator.call('POST', `/v1/operations/${asked.id}/cancel`)
      await open.getByText(String(before), { exact: true }).waitFor()
    }),
  )

  await checks.check('a viewer is offered nothing that changes something', () =>
    as('viewer', '/console', async (page) => {
      for (const path of [
        '/console/euiccs',
        euicc,
        '/console/operations',
        `/console/operations/${edge.held}`,
      ]) {
        await page.goto(path)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await page
          .getByText(/^Loading/)
          .first()
          .waitFor({ state: 'detached' })
        const writes = page
          .getByRole('main')
          .getByText(/^(Enrol|New operation|Cancel|Try it again|Enable|Disable|Delete)/)
        equal(await writes.count(), 0, path)
        equal(await page.getByRole('tab', { name: 'Exchanges' }).count(), 0)
      }
      await page.goto('/console/operations/new')
      await page.getByText('Not with this key').waitFor()
    }),
  )

  await checks.check('the keyboard alone gets from sign-in to a field of a message', () =>
    as('operator', '/console', async (page) => {
      await page.keyboard.press('Tab')
      equal(await focused(page), 'Skip to the content')
      await tabTo(page, 'eUICCs')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'eUICCs', level: 1 }).waitFor()
      await page.waitForFunction(`document.activeElement.textContent === 'eUICCs'`)
      await page.locator(`a[href$="${hero.eid}"]`).waitFor()
      await tabTo(page, hero.eid)
      await page.keyboard.press('Enter')
      await page.getByRole('tab', { name: 'Timeline' }).waitFor()
      await tabTo(page, 'Timeline')
      for (const name of ['Operations', 'Notifications', 'Exchanges']) {
        await page.keyboard.press('ArrowRight')
        equal(await focused(page), name)
      }
      await page.getByRole('link', { name: 'provideEimPackageResult' }).first().waitFor()
      await tabTo(page, 'provideEimPackageResult')
      await page.keyboard.press('Enter')
      const tree = page.getByRole('tree')
      await tree.waitFor()
      await tabTo(page, /^ProvideEimPackageResultBF50$/)
      await page.keyboard.press('ArrowDown')
      await page.locator('.chosen-field').getByText('eidValue').waitFor()
      const rows = await tree.getByRole('treeitem').count()
      await page.keyboard.press('Home')
      await page.keyboard.press('ArrowLeft')
      equal(await tree.getByRole('treeitem').count(), 1)
      await page.keyboard.press('ArrowRight')
      equal(await tree.getByRole('treeitem').count(), rows)
    }),
  )

  await checks.check('an octet chosen shows its field', () =>
    as('operator', '/console/decode', async (page) => {
      await page.getByLabel('Octets').fill('BF4F 125A10 89044045930000000000002153893210')
      await page.getByRole('button', { name: 'Decode' }).click()
      await page.locator('.octet-hex [data-at="9"]').click()
      await page.getByRole('treeitem', { name: /^eidValue/, selected: true }).waitFor()
    }),
  )

  await checks.check('what would cut a device off is done only after “force” is typed', () =>
    as('operator', `/console/operations/new?eid=${hero.eid}&type=profile.disable`, async (page) => {
      await page.locator('select[name="params.iccid"]').selectOption(hero.iccids[1] ?? '')
      await page.getByRole('button', { name: 'Ask the eUICC' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('would-disconnect').waitFor()
      const anyway = dialog.getByRole('button', { name: 'Do it all the same' })
      equal(await anyway.isDisabled(), true)
      await dialog.getByRole('textbox').fill('force')
      await anyway.click()
      await page.getByRole('button', { name: 'Cancel the operation' }).click()
      await page.locator('[data-status="cancelled"]').waitFor()
    }).catch((error: unknown) => ignoringRefusals(error, 1)),
  )

  await checks.check('filters stand in the address, and Back takes them away', () =>
    as('operator', '/console/euiccs', async (page) => {
      await page.getByLabel('Group', { exact: true }).fill('meters')
      await page.keyboard.press('Enter')
      await page.waitForURL(/group=meters/)
      await page.getByText('4 eUICCs').waitFor()
      await page.goBack()
      await page.getByText('14 eUICCs').waitFor()
      ok(!page.url().includes('group'))
    }),
  )

  await checks.check('what one chooses of colours stays', () =>
    as('operator', '/console', async (page) => {
      const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
      const light = await ground()
      await page.getByRole('radio', { name: 'Dark' }).check()
      const dark = await ground()
      ok(dark !== light)
      await page.reload()
      equal(await ground(), dark)
    }),
  )
}

/** A refusal that the check is about is written down by Chromium too: `count` of them are no fault. */
function ignoringRefusals(error: unknown, count: number): void {
  const found =
    error instanceof Error && 'actual' in error && Array.isArray(error.actual) ? error.actual : null
  if (found?.length !== count || !String(found[0]).includes('409')) throw error
}

/** The name of what has the focus; digits without the thin spaces between their groups. */
async function focused(page: Page): Promise<string> {
  const name = await page.evaluate<string>(
    `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`,
  )
  return name.replaceAll('\u2009', '').trim()
}

const MOST_TABS = 80

async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let count = 0; count < MOST_TABS; count++) {
    await page.keyboard.press('Tab')
    const text = await focused(page)
    if (typeof name === 'string' ? text === name : name.test(text)) return
  }
  throw new Error(`Tab does not get to ${name}`)
}

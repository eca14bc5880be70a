/** What can be done to campaigns, triggers, webhooks and keys on their pages, and by whom. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import type { OperatorClient } from '../simulator/operator-client.ts'
import type { Checks } from './check.ts'
import { signIn, visit } from './chromium.ts'
import type { SeededEdge } from './seeded-edge.ts'
import { makeCampaign, type Steering, stateOf } from './steering-seed.ts'

/** Words on controls that change something. */
const WRITES =
  /Pause|Resume|Abort|Start|New |Delete|Edit|Rotate|Replay|Redeliver|Send|Enable|Disable|Add a|Retire|^Close$|^Try$/

export async function checkSteering(
  checks: Checks,
  browser: Browser,
  edge: SeededEdge,
  { trigger }: Pick<Steering, 'trigger'>,
): Promise<void> {
  const { operator } = edge
  const as = async (role: keyof SeededEdge['keys'], path: string, act: (page: Page) => Promise<void>) => {
    const seen = await visit(browser, edge.url)
    try {
      await signIn(seen.page, edge.keys[role], path)
      await act(seen.page)
      deepEqual(seen.takeFaults(), [])
    } finally {
      await seen.close()
    }
  }
  const runningCampaign = async () => {
    const id = await makeCampaign(operator, {
      name: 'Under way',
      target: { eids: edge.devices.slice(0, 6).map(({ eid }) => eid) },
      operation: { type: 'rat.get' },
      waves: [],
      start: true,
    })
    await stateOf(operator, id, ['running'])
    return id
  }

  await checks.check(
    'one click pauses a running campaign, and whoever looks on sees it at once',
    async () => {
      const id = await runningCampaign()
      const path = `/console/campaigns/${id}`
      await as('viewer', path, (watching) =>
        as('operator', path, async (page) => {
          await watching.getByText('Live', { exact: true }).waitFor()
          await page.getByRole('button', { name: 'Pause', exact: true }).click()
          await page.getByText('Somebody paused it').waitFor()
          await watching.getByText('Somebody paused it').waitFor()
          equal(await stateOf(operator, id, ['paused']), 'paused')
        }),
      )
    },
  )

  await checks.check(
    'a campaign counts its successes live, and is aborted only after a question',
    async () => {
      const id = await runningCampaign()
      await as('operator', `/console/campaigns/${id}`, async (page) => {
        await page.getByText('Live', { exact: true }).waitFor()
        const succeeded = page.getByRole('link', { name: /^Succeeded/ })
        ok((await succeeded.textContent())?.includes('0'))
        await edge.hero.ipa.wakeUp()
        await succeeded.getByText('1', { exact: true }).waitFor()
        await page.getByRole('button', { name: 'Abort …' }).click()
        equal(await stateOf(operator, id, ['running']), 'running')
        await page.getByRole('button', { name: 'Abort for good' }).click()
        await page.getByText('Somebody ended it').waitFor()
      })
    },
  )

  await checks.check('a campaign is made from the form, with the count of those it fits', () =>
    as('operator', '/console/campaigns/new', async (page) => {
      await page.getByLabel('Name', { exact: true }).fill('By hand')
      await page.getByLabel('Group (optional)').fill('trackers')
      await page.getByLabel('Group (optional)').press('Tab')
      await page.getByText(/^4 eUICCs fit now/).waitFor()
      await page.getByLabel('Operation').selectOption('profile.list')
      await page.getByRole('button', { name: 'Prepare the campaign' }).click()
      await page.getByRole('heading', { name: 'By hand' }).waitFor()
      await page.getByText('Nothing has been sent').waitFor()
    }),
  )

  await checks.check('what the API refuses of a campaign stands at its field', () =>
    as('operator', '/console/campaigns/new', async (page) => {
      await page.getByLabel('Name', { exact: true }).fill('Too sure')
      await page.getByLabel('Ended, at least (%)').fill('200')
      await page.getByLabel('Operation').selectOption('profile.list')
      await page.getByRole('button', { name: 'Prepare the campaign' }).click()
      await page.locator('#endedPercent[aria-invalid="true"]').waitFor()
    }).catch((error: unknown) => {
      // Chromium itself writes down that the request was refused.
      if (!String(error).includes('400')) throw error
    }),
  )

  await checks.check('trying a trigger tells what a call would do, and does nothing', () =>
    as('admin', `/console/triggers/${trigger}`, async (page) => {
      const { eid, iccids } = edge.hero
      const before = await operationsOf(operator, eid)
      const attempt = async (minutes: number) => {
        const alarm = { alarm: 'network-loss', minutes, eid, spare: iccids[0] }
        await page.getByLabel('Body of the call').fill(JSON.stringify(alarm))
        await page.getByRole('button', { name: 'Try' }).click()
      }
      await attempt(2)
      await page.getByText('The condition does not hold').waitFor()
      await attempt(40)
      await page.getByText('1 eUICC would be asked').waitFor()
      await page.locator(`.verdict-text a[href$="${eid}"]`).waitFor()
      deepEqual(await operationsOf(operator, eid), before)
    }),
  )

  await checks.check('a trigger is closed and opened', () =>
    as('admin', `/console/triggers/${trigger}`, async (page) => {
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      await page.getByText('closed', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Open', exact: true }).click()
      await page.getByText('open', { exact: true }).waitFor()
    }),
  )

  await checks.check('the audit page checks the chain, and knows who made the trigger', () =>
    as('admin', '/console/audit?action=createTrigger', async (page) => {
      await page.getByRole('status').getByText('The chain is verified').waitFor()
      await page.getByRole('row').filter({ hasText: 'createTrigger' }).getByText('done').waitFor()
    }),
  )

  await checks.check('an API key is shown once', () =>
    as('admin', '/console/api-keys', async (page) => {
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByLabel('Name').fill('dashboard')
      await page.getByRole('button', { name: 'Make it' }).click()
      const secret = page.getByText(/^key_\w+_/)
      await secret.waitFor()
      await page.getByRole('button', { name: 'I have kept it' }).click()
      await secret.waitFor({ state: 'detached' })
      await page.getByRole('cell', { name: 'dashboard' }).waitFor()
    }),
  )

  await checks.check('a viewer finds nothing to press', async () => {
    const id = await runningCampaign()
    const { data } = await operator.call<{ data: { id: string }[] }>('GET', '/v1/webhook-endpoints')
    const { data: identities } = await operator.call<{ data: { id: string }[] }>('GET', '/v1/eim-identities')
    const pages = [
      ['/console/campaigns', 'Under way'],
      [`/console/campaigns/${id}`, 'Plan'],
      ['/console/triggers', 'Network-loss alarm'],
      [`/console/triggers/${trigger}`, 'no match (422)'],
      ['/console/webhooks', 'ticket system'],
      [`/console/webhooks/${data[0]?.id}`, 'Deliveries'],
      ['/console/identities', 'it does not expire'],
      [`/console/identities/${identities[0]?.id}`, 'For new eUICCs'],
    ] as const
    for (const [path, shows] of pages) {
      await as('viewer', path, async (page) => {
        await page.getByRole('main').getByText(shows).first().waitFor()
        const controls = page.getByRole('main').locator('button, a.button').filter({ hasText: WRITES })
        deepEqual(await controls.allTextContents(), [], path)
      })
    }
  })
}

async function operationsOf(operator: OperatorClient, eid: string): Promise<readonly string[]> {
  const path = `/v1/operations?eid=${eid}&limit=100`
  const { data } = await operator.call<{ data: { id: string }[] }>('GET', path)
  return data.map(({ id }) => id)
}

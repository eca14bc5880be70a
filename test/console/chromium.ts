/** The system's Chromium, and pages of it that keep what goes wrong in them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const WAIT_MS = 15_000

export type Scheme = 'light' | 'dark'

export interface Visit {
  readonly page: Page
  /** Errors of scripts, on the console, and of the Content-Security-Policy. */
  /** Those since it was asked last. */
  takeFaults(): readonly string[]
  close(): Promise<void>
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS })
}

export async function visit(
  browser: Browser,
  baseURL: string,
  { scheme = 'light', width = 1360 }: { readonly scheme?: Scheme; readonly width?: number } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    viewport: { width, height: 900 },
  })
  context.setDefaultTimeout(WAIT_MS)
  await context.addInitScript(axeSource)
  const page = await context.newPage()
  const faults = await keepFaults(context, page)
  return { page, takeFaults: () => faults.splice(0), close: () => context.close() }
}

async function keepFaults(context: BrowserContext, page: Page): Promise<string[]> {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('console', (message) => {
    // Chromium writes down every refusal by a server; asking who is signed in is refused until somebody is.
    const isAsking = message.location().url.endsWith('/v1/session')
    if (message.type() === 'error' && !isAsking) faults.push(`console: ${message.text()}`)
  })
  await context.exposeBinding('tellViolation', (_source, text: string) => faults.push(`policy: ${text}`))
  await context.addInitScript(`addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    tellViolation(violatedDirective + ' ' + blockedURI))`)
  return faults
}

export async function signIn(page: Page, apiKey: string, path = '/console'): Promise<void> {
  await page.goto(path)
  await page.getByLabel('API key').fill(apiKey)
  await page.keyboard.press('Enter')
  await page.locator('.sidebar').waitFor()
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly string[] }[]
  }[]
}

/** What WCAG 2.2 AA forbids and axe can see; only what is serious or critical. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  )) as AxeResult
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join('; ')})`,
    )
}

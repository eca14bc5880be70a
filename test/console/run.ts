/** `npm run test:console`: a real edge, a seeded fleet, the console in a real Chromium. Ends with `N passed, N failed`. */
import { checkBehaviour } from './behaviour.ts'
import { Checks } from './check.ts'
import { launchChromium } from './chromium.ts'
import { checkEveryPage } from './every-page.ts'
import { startSeededEdge } from './seeded-edge.ts'

const PORT = Number(process.env.PORT ?? 23_100)

const checks = new Checks()
const edge = await startSeededEdge(PORT)
try {
  const browser = await launchChromium()
  try {
    await checkEveryPage(checks, browser, edge)
    await checkBehaviour(checks, browser, edge)
  } finally {
    await browser.close()
  }
} finally {
  edge.stop()
}
process.exitCode = checks.finish()

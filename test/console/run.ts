/** `npm run test:console`: a real edge, a seeded fleet, the console in a real Chromium. Ends with `N passed, N failed`. */
import { checkBehaviour } from './behaviour.ts'
import { Checks } from './check.ts'
import { launchChromium } from './chromium.ts'
import { checkEveryPage } from './every-page.ts'
import { startSeededEdge } from './seeded-edge.ts'
import { checkSteering } from './steering-behaviour.ts'
import { steeringPages } from './steering-pages.ts'
import { seedSteering } from './steering-seed.ts'

const PORT = Number(process.env.PORT ?? 23_100)

const checks = new Checks()
const edge = await startSeededEdge(PORT)
try {
  const steering = await seedSteering(edge)
  const browser = await launchChromium()
  try {
    await checkEveryPage(checks, browser, edge, steeringPages(steering))
    await checkBehaviour(checks, browser, edge)
    await checkSteering(checks, browser, edge, steering)
  } finally {
    await browser.close()
  }
} finally {
  edge.stop()
}
process.exitCode = checks.finish()

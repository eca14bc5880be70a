/** Starts the console in the page. */
import { render } from 'hono/jsx/dom'
import { App } from './shell/app.tsx'

const root = document.getElementById('console')
if (root) render(<App />, root)

/**
 * Bundles the console into `dist/assets/console`, which the Worker serves: run by wrangler before it bundles the Worker,
 * and by the tests. Takes a tenth of a second.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const BROWSER = path.join(import.meta.dirname, 'browser')
const OUTPUT = path.join(import.meta.dirname, '../../dist/assets/console')

/** Names carry a hash of what is inside, so that browsers may keep the files for good. */
export async function buildConsole(folder = OUTPUT): Promise<readonly string[]> {
  const { outputFiles } = await build({
    absWorkingDir: BROWSER,
    entryPoints: [
      { in: 'main.tsx', out: 'main' },
      { in: 'shell/theme-at-start.ts', out: 'theme' },
      { in: 'style/index.css', out: 'style' },
    ],
    outdir: path.join(folder, 'files'),
    entryNames: '[name]-[hash]',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx/dom',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    legalComments: 'none',
  })
  const files = new Map(outputFiles.map((file) => [path.relative(folder, file.path), file.contents]))
  files.set('index.html', new TextEncoder().encode(pageWith([...files.keys()])))
  writeFiles(folder, files)
  return [...files.keys()]
}

/** The page with the names of this build in the places of `{main.js}`, `{theme.js}`, `{style.css}`. */
function pageWith(files: readonly string[]): string {
  const page = readFileSync(path.join(BROWSER, 'index.html'), 'utf8')
  return page.replaceAll(/\{(\w+)\.(\w+)\}/g, (_, name: string, extension: string) => {
    const file = files.find((each) => each.startsWith(`files/${name}-`) && each.endsWith(`.${extension}`))
    if (file === undefined) throw new Error(`the build made no ${name}.${extension}`)
    return `/console/${file}`
  })
}

/** Each file appears whole, for a server may be reading; those of earlier builds go. */
function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(path.join(folder, 'files'), { recursive: true })
  for (const [name, contents] of files) {
    const file = path.join(folder, name)
    if (isThere(file, contents)) continue
    writeFileSync(`${file}.${process.pid}`, contents)
    renameSync(`${file}.${process.pid}`, file)
  }
  for (const name of readdirSync(path.join(folder, 'files'))) {
    if (!files.has(`files/${name}`)) rmSync(path.join(folder, 'files', name), { force: true })
  }
}

function isThere(file: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(contents)
  } catch {
    return false
  }
}

if (import.meta.main) await buildConsole()

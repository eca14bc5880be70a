/** Runs before anything is painted, so that nobody in the dark is flashed. */
import { applyTheme, chosenTheme } from './theme.ts'

applyTheme(chosenTheme())

// The chapters of the story, in the order in which they are lived.
import { administrators } from './administrators.mjs'
import { county } from './county.mjs'

export const chapters = { administrators, county }

// The chapters of the story, in the order in which they are lived.
import { administrators } from './administrators.mjs'
import { county } from './county.mjs'
import { people } from './people.mjs'

export const chapters = { administrators, county, people }

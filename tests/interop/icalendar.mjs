// What `ical.js` (the reader of Thunderbird) finds in each calendar, in its strict mode.
import ICAL from 'ical.js'
import {answer, given} from './given.mjs'

ICAL.design.strict = true
const day = (time) => ({at: time.toString(), whole: time.isDate})
const event = (found) => {
  const read = new ICAL.Event(found)
  return {
    uid: read.uid, start: day(read.startDate), end: day(read.endDate), summary: read.summary,
    description: read.description, location: read.location, sequence: read.sequence,
    stamp: day(found.getFirstPropertyValue('dtstamp')),
  }
}
const calendar = (text) => {
  const found = new ICAL.Component(ICAL.parse(text))
  const value = (name) => String(found.getFirstPropertyValue(name))
  return {
    name: value('name'), method: value('method'), refresh: value('refresh-interval'),
    zones: found.getAllSubcomponents('vtimezone').map((zone) => new ICAL.Timezone(zone).tzid),
    events: found.getAllSubcomponents('vevent').map(event),
  }
}
const read = (text) => {
  try { return calendar(text) } catch (error) { return {fault: String(error.message ?? error)} }
}

answer({calendars: given.calendars.map(read)})

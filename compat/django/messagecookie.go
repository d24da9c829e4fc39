package django

// notFinished ends the list in the messages cookie if there are more in the session.
const notFinished = "__messagesnotfinished__"

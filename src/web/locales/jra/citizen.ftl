# Jrai (Gia Rai). Every message of ../vi/citizen.ftl still waits for a speaker.
# A speaker writes a line here for each message he has worded, under the same name as in ../vi/citizen.ftl; what is not here
# is shown in Vietnamese, and the page says so. Nothing here may come from a machine.

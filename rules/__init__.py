"""Pure decisions of the desk: values in, a decision out. No I/O, no clock, no chance; imports nothing of daemon/."""

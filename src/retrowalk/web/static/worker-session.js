// For /session/: no fetch handler, on purpose.  The browser asks retrowalk directly.

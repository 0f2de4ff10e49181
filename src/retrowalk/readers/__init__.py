"""Files → recordings.  Units and axes change here, once; nothing but BadRecording escapes."""

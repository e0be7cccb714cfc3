//! Film grain of whole frames, sample by sample as section 7.18.3 lists it.

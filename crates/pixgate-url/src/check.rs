//! What a server asks of its configuration before it starts.

use crate::apply::check_presets;
use crate::{Config, Error};

impl Config {
    /// Applies every preset once, as a server does before it starts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ConfigError`](crate::ErrorKind::ConfigError) for the first preset that no
    /// request could use at the time `now` (seconds since 1970).
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_url::{Config, Presets};
    ///
    /// let config = Config { presets: Presets::from_list("thumb=w:-1", ",")?, ..Config::default() };
    /// let error = config.check(0).unwrap_err();
    /// assert_eq!(error.segment(), "thumb");
    /// # Ok::<(), pixgate_url::Error>(())
    /// ```
    pub fn check(&self, now: i64) -> Result<(), Error> {
        check_presets(self, now)
    }
}
